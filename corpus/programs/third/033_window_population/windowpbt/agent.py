from __future__ import annotations

from collections import deque
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


class WindowGRU(nn.Module):
    """Reads the last `window` observations anew at each step."""

    def __init__(self, n_obs: int, n_act: int, hidden: int = 48):
        super().__init__()
        self.gru = nn.GRU(n_obs, hidden, batch_first=True)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def forward(self, windows: torch.Tensor):
        _, last = self.gru(windows)
        last = last.squeeze(0)
        return Categorical(logits=self.pi(last)), self.v(last).squeeze(-1)


@dataclass
class Genes:
    lr: float
    entropy: float

    def mutate(self, rng: np.random.Generator) -> Genes:
        return Genes(self.lr * float(rng.choice([0.8, 1.25])), self.entropy * float(rng.choice([0.8, 1.25])))


class WindowAgent:
    def __init__(self, ident: int, env, genes: Genes, window: int = 8):
        self.ident, self.env, self.genes, self.window = ident, env, genes, window
        self.net = WindowGRU(env.observation_space.shape[0], int(env.action_space.n))
        self.opt = torch.optim.Adam(self.net.parameters(), lr=genes.lr)
        self.history: deque[np.ndarray] = deque(maxlen=window)
        self.scores: deque[float] = deque(maxlen=30)
        self._start(seed=ident)

    def _start(self, seed=None) -> None:
        obs, _ = self.env.reset(seed=seed)
        self.history.clear()
        for _ in range(self.window):
            self.history.append(np.zeros_like(obs, dtype=np.float32))
        self.history.append(obs.astype(np.float32))
        self.total = 0.0

    def train(self, updates: int, unroll: int = 32) -> None:
        for _ in range(updates):
            xs, acts, rews, ends = [], [], [], []
            for _ in range(unroll):
                x = torch.from_numpy(np.stack(self.history))
                with torch.no_grad():
                    dist, _ = self.net(x.unsqueeze(0))
                a = dist.sample().item()
                obs, r, term, trunc, _ = self.env.step(a)
                self.history.append(obs.astype(np.float32))
                self.total += r
                xs.append(x)
                acts.append(a)
                rews.append(float(r))
                ends.append(term or trunc)
                if ends[-1]:
                    self.scores.append(self.total)
                    self._start()
            self._learn(torch.stack(xs), torch.tensor(acts), rews, ends)

    def _learn(self, x, acts, rews, ends) -> None:
        dist, v = self.net(x)
        with torch.no_grad():
            ret = self.net(torch.from_numpy(np.stack(self.history)).unsqueeze(0))[1].item()
        targets = []
        for r, e in zip(reversed(rews), reversed(ends)):
            ret = r + (0.0 if e else 0.99 * ret)
            targets.append(ret)
        adv = torch.tensor(targets[::-1]) - v
        loss = (0.5 * adv**2 - adv.detach() * dist.log_prob(acts) - self.genes.entropy * dist.entropy()).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    @property
    def fitness(self) -> float:
        return float(np.mean(self.scores)) if self.scores else float("-inf")

    def inherit(self, parent: WindowAgent, rng: np.random.Generator) -> None:
        self.net.load_state_dict(parent.net.state_dict())
        self.opt.load_state_dict(parent.opt.state_dict())
        self.genes = parent.genes.mutate(rng)
        for g in self.opt.param_groups:
            g["lr"] = self.genes.lr
