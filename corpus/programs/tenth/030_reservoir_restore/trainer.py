from __future__ import annotations

import logging
from pathlib import Path
from typing import Optional, Tuple

import numpy as np
import torch
from torch import nn

log = logging.getLogger("reservoir")
State = Tuple[torch.Tensor, torch.Tensor]


class Reservoir:
    """Monthly-pattern inflow, hourly gate decisions."""

    gates = np.linspace(0.0, 1.0, 5)

    def __init__(self, seed: int = 0, length: int = 24 * 30):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def reset(self) -> np.ndarray:
        self.level, self.flow, self.n = 0.6, self.rng.uniform(0.1, 0.5), 0
        return self._o()

    def _o(self) -> np.ndarray:
        return np.array([self.level + self.rng.normal(0, 0.01), self.n / self.length], np.float32)

    def step(self, gate: int):
        out = self.gates[gate]
        self.flow = float(np.clip(self.flow + self.rng.normal(0, 0.05), 0, 1))
        self.level = float(np.clip(self.level + 0.02 * (self.flow - out), 0, 1.1))
        self.n += 1
        power = out * self.level
        spill = 5.0 if self.level > 1.0 else 0.0
        return self._o(), power - spill, self.n >= self.length


class GatePolicy(nn.Module):
    def __init__(self, hid: int = 48):
        super().__init__()
        self.lstm = nn.LSTM(2, hid)
        self.logit = nn.Linear(hid, len(Reservoir.gates))
        self.val = nn.Linear(hid, 1)

    def forward(self, o: torch.Tensor, s: Optional[State]):
        y, s = self.lstm(o.reshape(1, 1, -1), s)
        return torch.distributions.Categorical(logits=self.logit(y).flatten()), self.val(y).flatten()[0], s


class Trainer:
    def __init__(self, out: Path, chunk: int = 32, patience: int = 5):
        self.env = Reservoir()
        self.policy = GatePolicy()
        self.opt = torch.optim.Adam(self.policy.parameters(), 6e-4)
        self.ckpt = out / "best.pt"
        self.chunk = chunk
        self.patience = patience
        self.top = -np.inf
        self.fails = 0
        self._begin()

    def _begin(self) -> None:
        self.obs = torch.from_numpy(self.env.reset())
        self.state: Optional[State] = None

    def _chunk(self) -> float:
        terms, total = [], 0.0
        done = False
        while len(terms) < self.chunk and not done:
            pi, v, self.state = self.policy(self.obs, self.state)
            a = pi.sample()
            o, r, done = self.env.step(int(a))
            self.obs = torch.from_numpy(o)
            terms.append((pi.log_prob(a), v, r))
            total += r
        with torch.no_grad():
            boot = 0.0 if done else self.policy(self.obs, self.state)[1].item()
        loss = 0.0
        for lp, v, r in reversed(terms):
            boot = r + 0.995 * boot
            loss = loss + (boot - v).square() - lp * (boot - v.detach())
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        if done:
            self._begin()
        else:
            self.state = (self.state[0].detach(), self.state[1].detach())
        return total / len(terms)

    def _restore_best(self) -> None:
        self.policy.load_state_dict(torch.load(self.ckpt))
        self.opt.state.clear()
        self.fails = 0
        self._begin()

    def fit(self, evaluations: int = 400, chunks: int = 20) -> None:
        for k in range(evaluations):
            score = float(np.mean([self._chunk() for _ in range(chunks)]))
            if score >= self.top:
                self.top, self.fails = score, 0
                torch.save(self.policy.state_dict(), self.ckpt)
            else:
                self.fails += 1
                if self.fails > self.patience:
                    log.info("eval %d: restoring best (%.3f)", k, self.top)
                    self._restore_best()
            log.info("eval %d score %.3f", k, score)


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    folder = Path("runs/reservoir")
    folder.mkdir(parents=True, exist_ok=True)
    Trainer(folder).fit()
