"""Needle insertion benchmark: runs every checkpoint of a run on the same phantoms."""
import json
import re
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Iterator, List

import numpy as np
import torch
import torch.nn as nn


@dataclass
class Row:
    checkpoint: str
    step: int
    success: float
    error_mm: float
    force: float


class NeedleController(nn.Module):
    def __init__(self, n_obs: int = 6, n_act: int = 3, hidden: int = 64):
        super().__init__()
        self.pre = nn.Linear(n_obs, hidden)
        self.core = nn.LSTMCell(hidden, hidden)
        self.post = nn.Linear(hidden, n_act)
        self.register_buffer("h", torch.zeros(1, hidden), persistent=False)
        self.register_buffer("c", torch.zeros(1, hidden), persistent=False)

    def reset(self) -> None:
        self.h.zero_()
        self.c.zero_()

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        x = torch.relu(self.pre(torch.as_tensor(obs, dtype=torch.float32)[None]))
        h, c = self.core(x, (self.h, self.c))
        self.h.copy_(h)
        self.c.copy_(c)
        return torch.tanh(self.post(h))[0].numpy()


class Phantom:
    """Gel phantom with an unknown stiffness field."""

    def __init__(self, seed: int, limit: int = 150):
        self.seed, self.limit = seed, limit

    def reset(self) -> np.ndarray:
        rng = np.random.default_rng(self.seed)
        self.target = rng.uniform([-15, -15, 40], [15, 15, 80])
        self.k = rng.uniform(0.05, 0.3)
        self.tip = np.zeros(3)
        self.n = 0
        return self._obs()

    def _obs(self) -> np.ndarray:
        force = self.k * self.tip[2]
        return np.concatenate([(self.target - self.tip) / 50, [force, self.n / self.limit, self.tip[2] / 80]])

    def step(self, a: np.ndarray):
        self.tip = self.tip + a * np.array([0.6, 0.6, 1.0]) * (1 - self.k)
        self.n += 1
        dist = float(np.linalg.norm(self.tip - self.target))
        return self._obs(), dist, dist < 1.0 or self.n >= self.limit


def checkpoints(run: Path) -> Iterator[tuple]:
    files = [(int(re.findall(r"\d+", f.stem)[-1]), f) for f in run.glob("needle_*.pt")]
    yield from sorted(files)


def trial(ctrl: NeedleController, phantom: Phantom):
    ctrl.reset()
    obs, done, forces = phantom.reset(), False, []
    while not done:
        obs, dist, done = phantom.step(ctrl.act(obs))
        forces.append(obs[3])
    return dist, max(forces)


def main(run: Path = Path("runs/needle"), n: int = 50) -> None:
    ctrl = NeedleController()
    phantoms = [Phantom(seed) for seed in range(n)]
    rows: List[Row] = []
    for step, file in checkpoints(run):
        ctrl.load_state_dict(torch.load(file, map_location="cpu")["controller"])
        ctrl.eval()
        results = [trial(ctrl, p) for p in phantoms]
        dist = np.array([d for d, _ in results])
        rows.append(Row(file.name, step, float((dist < 1).mean()), float(dist.mean()), float(np.mean([f for _, f in results]))))
        print(rows[-1])
    (run / "benchmark.json").write_text(json.dumps([asdict(r) for r in rows], indent=1))


if __name__ == "__main__":
    main()
