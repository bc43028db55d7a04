from dataclasses import dataclass
from multiprocessing import Pool
from typing import Tuple

import cma
import numpy as np
import torch
import torch.nn as nn
import yaml


@dataclass(frozen=True)
class ShowConfig:
    n_drones: int = 12
    cues: int = 8
    frames_per_cue: int = 60
    cells: int = 12
    popsize: int = 24
    sigma0: float = 0.3
    iterations: int = 400
    processes: int = 6


class LampAndRotor(nn.Module):
    def __init__(self, cells: int):
        super().__init__()
        self.cells = cells
        self.rnn = nn.GRUCell(6, cells)
        self.out = nn.Linear(cells, 4)

    def forward(self, sense: torch.Tensor, afterglow: torch.Tensor):
        afterglow = self.rnn(sense, afterglow)
        y = self.out(afterglow)
        return torch.tanh(y[:, :3]), torch.sigmoid(y[:, 3]), afterglow


def put_genes(net: nn.Module, genes: np.ndarray) -> None:
    cursor = 0
    with torch.no_grad():
        for p in net.parameters():
            chunk = genes[cursor:cursor + p.numel()]
            p.copy_(torch.from_numpy(np.asarray(chunk, dtype=np.float32)).view_as(p))
            cursor += p.numel()


class Rehearsal:
    def __init__(self, cfg: ShowConfig):
        self.cfg = cfg
        self.net = LampAndRotor(cfg.cells)

    def cue(self, k: int) -> Tuple[torch.Tensor, torch.Tensor]:
        gen = torch.Generator().manual_seed(k)
        spots = torch.rand(self.cfg.n_drones, 3, generator=gen) * 20
        lit = (torch.rand(self.cfg.n_drones, generator=gen) > 0.4).float()
        return spots, lit

    @torch.no_grad()
    def cost(self, genes: np.ndarray) -> float:
        cfg = self.cfg
        put_genes(self.net, genes)
        afterglow = torch.zeros(cfg.n_drones, cfg.cells)
        pos = torch.zeros(cfg.n_drones, 3)
        total = 0.0
        for k in range(cfg.cues):
            spots, lit = self.cue(k)
            for _ in range(cfg.frames_per_cue):
                sense = torch.cat([(spots - pos) / 10, pos[:, :2] / 20, lit[:, None]], dim=1)
                push, lamp, afterglow = self.net(sense, afterglow)
                pos = pos + 0.5 * push + 0.02 * torch.randn_like(pos)
            total += (spots - pos).norm(dim=1).mean().item() + 4 * (lamp - lit).abs().mean().item()
        return total / cfg.cues


_rehearsal = None


def _setup(cfg: ShowConfig) -> None:
    global _rehearsal
    torch.set_num_threads(1)
    _rehearsal = Rehearsal(cfg)


def _cost(genes: np.ndarray) -> float:
    return _rehearsal.cost(genes)


def main(path: str = "show.yaml") -> None:
    try:
        with open(path) as f:
            cfg = ShowConfig(**(yaml.safe_load(f) or {}))
    except FileNotFoundError:
        cfg = ShowConfig()
    size = sum(p.numel() for p in LampAndRotor(cfg.cells).parameters())
    es = cma.CMAEvolutionStrategy(np.zeros(size), cfg.sigma0, {"popsize": cfg.popsize})
    with Pool(cfg.processes, initializer=_setup, initargs=(cfg,)) as pool:
        for it in range(cfg.iterations):
            candidates = es.ask()
            es.tell(candidates, pool.map(_cost, candidates))
            if it % 10 == 0:
                print(it, es.result.fbest)
    net = LampAndRotor(cfg.cells)
    put_genes(net, es.result.xbest)
    torch.save(net.state_dict(), "show_net.pt")


if __name__ == "__main__":
    main()
