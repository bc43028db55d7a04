from __future__ import annotations

import argparse
import dataclasses
import typing as t

import cma
import numpy as np
import torch
import torch.nn as nn

from canalsim import Reach, SCADA


@dataclasses.dataclass
class Settings:
    reaches: int = 8
    hidden: int = 16
    trial_minutes: int = 360
    warmup_minutes: int = 30
    sigma0: float = 0.3
    popsize: int = 16
    budget: int = 8000


class GateController(nn.Module):
    """LSTM over the water levels, increments of the gate openings."""

    def __init__(self, s: Settings) -> None:
        super().__init__()
        self.s = s
        self.cell = nn.LSTMCell(2 * s.reaches, s.hidden)
        self.gate = nn.Linear(s.hidden, s.reaches)
        self.carry: t.Optional[t.Tuple[torch.Tensor, torch.Tensor]] = None

    def rest(self) -> None:
        self.carry = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.carry = self.cell(x, self.carry)
        return 0.05 * torch.tanh(self.gate(self.carry[0]))

    @property
    def size(self) -> int:
        return sum(p.numel() for p in self.parameters())

    @torch.no_grad()
    def assume(self, genome: np.ndarray) -> None:
        at = 0
        for p in self.parameters():
            n = p.numel()
            p.copy_(torch.as_tensor(genome[at:at + n], dtype=p.dtype).view_as(p))
            at += n
        assert at == len(genome)


class Bench:
    """A canal which is never emptied; candidates take over from each other."""

    def __init__(self, s: Settings) -> None:
        self.s = s
        self.scada = SCADA([Reach(length=900 + 150 * i) for i in range(s.reaches)])
        self.controller = GateController(s)
        self.openings = np.full(s.reaches, 0.4)

    def _minute(self) -> float:
        levels, offtakes = self.scada.read()
        x = torch.tensor(np.concatenate([levels, offtakes]), dtype=torch.float32).unsqueeze(0)
        with torch.no_grad():
            inc = self.controller(x).squeeze(0).numpy()
        self.openings = np.clip(self.openings + inc, 0.0, 1.0)
        self.scada.write(self.openings)
        self.scada.advance(minutes=1)
        wear = float(np.abs(inc).sum())
        return float(np.square(levels - self.scada.targets).sum()) + 0.1 * wear

    def try_out(self, genome: np.ndarray) -> float:
        self.controller.rest()
        self.controller.assume(genome)
        for _ in range(self.s.warmup_minutes):
            self._minute()
        return sum(self._minute() for _ in range(self.s.trial_minutes)) / self.s.trial_minutes


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    for f in dataclasses.fields(Settings):
        ap.add_argument(f"--{f.name}", type=type(f.default), default=f.default)
    s = Settings(**vars(ap.parse_args()))
    bench = Bench(s)
    es = cma.CMAEvolutionStrategy(
        np.zeros(bench.controller.size), s.sigma0,
        {"popsize": s.popsize, "maxfevals": s.budget, "CMA_diagonal": True},
    )
    while not es.stop():
        genomes = es.ask()
        es.tell(genomes, [bench.try_out(np.asarray(g)) for g in genomes])
        es.disp()
    bench.controller.assume(es.result.xfavorite)
    torch.save(bench.controller.state_dict(), "gate_controller.pt")
    print("cost", es.result.fbest)


if __name__ == "__main__":
    main()
