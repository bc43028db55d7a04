from typing import Dict, List, Tuple

import numpy as np
import torch
from torch import Tensor, nn


class BeltQ(nn.Module):
    """Dueling recurrent Q net for the ejectors of a glass sorting belt."""

    def __init__(self, obs_dim: int, n_act: int, size: int = 64) -> None:
        super().__init__()
        self.size = size
        self.inp = nn.Linear(obs_dim, size)
        self.rnn = nn.GRU(size, size)
        self.adv = nn.Linear(size, n_act)
        self.val = nn.Linear(size, 1)

    def forward(self, x: Tensor, h: Tensor) -> Tuple[Tensor, Tensor]:
        y, h = self.rnn(torch.relu(self.inp(x)), h)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), h

    def zeros(self, n: int) -> Tensor:
        return torch.zeros(1, n, self.size)


class SequenceStore:
    def __init__(self, capacity: int) -> None:
        self.capacity = capacity
        self.data: List[Dict[str, np.ndarray]] = []
        self.pos = 0

    def add(self, seq: Dict[str, np.ndarray]) -> None:
        if len(self.data) < self.capacity:
            self.data.append(seq)
        else:
            self.data[self.pos] = seq
        self.pos = (self.pos + 1) % self.capacity

    def sample(self, n: int, rng: np.random.Generator) -> Dict[str, Tensor]:
        picks = [self.data[i] for i in rng.integers(len(self.data), size=n)]
        return {k: torch.as_tensor(np.stack([p[k] for p in picks], 1)) for k in picks[0]}


class Agent:
    """`online` is trained, the belt itself is driven by `slow`, which is also the bootstrap net."""

    def __init__(self, obs_dim: int, n_act: int, belts: int, lr: float = 1e-3, gamma: float = 0.97,
                 sync_every: int = 200, rate: float = 0.2, eps: float = 0.05, seed: int = 0) -> None:
        self.online = BeltQ(obs_dim, n_act)
        self.slow = BeltQ(obs_dim, n_act)
        self.slow.load_state_dict(self.online.state_dict())
        self.optim = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.store = SequenceStore(4000)
        self.rng = np.random.default_rng(seed)
        self.n_act, self.belts, self.gamma = n_act, belts, gamma
        self.sync_every, self.rate, self.eps = sync_every, rate, eps
        self.ticks = 0
        self.h = self.slow.zeros(belts)

    @torch.no_grad()
    def choose(self, obs: np.ndarray) -> np.ndarray:
        q, self.h = self.slow(torch.as_tensor(obs).unsqueeze(0), self.h)
        greedy = q[0].argmax(-1).numpy()
        dice = self.rng.random(self.belts) < self.eps
        self.ticks += 1
        return np.where(dice, self.rng.integers(self.n_act, size=self.belts), greedy)

    def shift_over(self, done: np.ndarray) -> None:
        self.h[:, torch.as_tensor(done)] = 0.0

    def learn(self, batch_size: int = 32) -> float:
        b = self.store.sample(batch_size, self.rng)
        q, _ = self.online(b["obs"], self.online.zeros(batch_size))
        with torch.no_grad():
            qs, _ = self.slow(b["obs"], self.slow.zeros(batch_size))
            y = b["rew"] + self.gamma * (1 - b["done"]) * qs[1:].max(-1).values
        loss = nn.functional.mse_loss(q[:-1].gather(-1, b["act"].unsqueeze(-1)).squeeze(-1), y)
        self.optim.zero_grad()
        loss.backward()
        self.optim.step()
        return loss.item()

    @torch.no_grad()
    def sync(self) -> None:
        for s, p in zip(self.slow.parameters(), self.online.parameters()):
            s.lerp_(p, self.rate)
