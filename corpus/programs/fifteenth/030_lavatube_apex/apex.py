"""Ape-X with a recurrent Q function: lava tube exploration, several rovers, Ray."""
from collections import namedtuple
from dataclasses import dataclass
from typing import Dict, List

import numpy as np
import ray
import torch
from torch import Tensor, nn

from tube_env import TubeEnv


@dataclass
class Config:
    rovers: int = 16
    seq_len: int = 64
    batch: int = 32
    lr: float = 3e-4
    gamma: float = 0.99
    publish_every: int = 25
    target_every: int = 1000
    updates: int = 100_000
    alpha: float = 0.6


Seq = namedtuple("Seq", "obs act rew done valid")


class GruQ(nn.Module):
    def __init__(self, obs_dim: int, actions: int, hidden: int = 96):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(obs_dim, hidden)
        self.out = nn.Linear(hidden, actions)

    def forward(self, obs: Tensor, memory: Tensor):
        feats, memory = self.gru(obs, memory)
        return self.out(feats), memory

    def blank(self, batch: int) -> Tensor:
        return torch.zeros(1, batch, self.hidden)


@ray.remote
class PrioritisedStore:
    def __init__(self, alpha: float, capacity: int = 8192):
        self.alpha, self.capacity = alpha, capacity
        self.items: List[Seq] = []
        self.prio = np.zeros(capacity)
        self.head = 0

    def add(self, seqs: List[Seq]) -> None:
        for s in seqs:
            if len(self.items) < self.capacity:
                self.items.append(s)
            else:
                self.items[self.head] = s
            self.prio[self.head] = self.prio.max() or 1.0
            self.head = (self.head + 1) % self.capacity

    def draw(self, n: int):
        if len(self.items) < 8 * n:
            return None
        p = self.prio[: len(self.items)] ** self.alpha
        idx = np.random.choice(len(self.items), n, p=p / p.sum())
        fields = [np.stack(f, 1) for f in zip(*(self.items[i] for i in idx))]
        return idx, Seq(*fields)

    def reprioritise(self, idx, td) -> None:
        self.prio[idx] = td + 1e-4


@ray.remote
class Rover:
    def __init__(self, rank: int, cfg: Config, store):
        self.cfg, self.store = cfg, store
        self.env = TubeEnv(seed=rank)
        self.net = GruQ(self.env.obs_dim, self.env.actions)
        self.eps = 0.4 ** (1 + 7 * rank / cfg.rovers)

    def episode(self, weights: Dict[str, Tensor]) -> float:
        self.net.load_state_dict(weights)
        memory = self.net.blank(1)
        obs, done, total = self.env.reset(), False, 0.0
        rows = []
        while not done:
            with torch.no_grad():
                q, memory = self.net(torch.as_tensor(obs).view(1, 1, -1), memory)
            act = int(q.argmax()) if np.random.rand() > self.eps else np.random.randint(self.env.actions)
            nxt, rew, done = self.env.step(act)
            rows.append((obs, act, rew, done))
            obs = nxt
            total += rew
        self.store.add.remote(self._cut(rows))
        return total

    def _cut(self, rows) -> List[Seq]:
        n, out = self.cfg.seq_len, []
        for i in range(0, len(rows), n):
            part = rows[i : i + n]
            pad = n - len(part)
            obs = np.zeros((n, self.env.obs_dim), np.float32)
            obs[: len(part)] = [r[0] for r in part]
            act = np.pad([r[1] for r in part], (0, pad))
            rew = np.pad(np.array([r[2] for r in part], np.float32), (0, pad))
            done = np.pad(np.array([r[3] for r in part], np.float32), (0, pad), constant_values=1)
            out.append(Seq(obs, act, rew, done, np.pad(np.ones(len(part), np.float32), (0, pad))))
        return out


class Learner:
    def __init__(self, cfg: Config, obs_dim: int, actions: int):
        self.cfg = cfg
        self.q = GruQ(obs_dim, actions)
        self.target = GruQ(obs_dim, actions)
        self.target.load_state_dict(self.q.state_dict())
        self.opt = torch.optim.Adam(self.q.parameters(), lr=cfg.lr)

    def update(self, s: Seq) -> np.ndarray:
        obs, act, rew, done, valid = (torch.as_tensor(x) for x in s)
        blank = self.q.blank(obs.shape[1])
        q, _ = self.q(obs, blank)
        with torch.no_grad():
            qt, _ = self.target(obs, blank)
            boot = qt[1:].gather(-1, q[1:].argmax(-1, keepdim=True)).squeeze(-1)
            y = rew[:-1] + self.cfg.gamma * (1 - done[:-1]) * boot
        td = (y - q[:-1].gather(-1, act[:-1, :, None]).squeeze(-1)) * valid[:-1]
        loss = td.pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.q.parameters(), 10.0)
        self.opt.step()
        return td.abs().mean(0).detach().numpy()


def train(cfg: Config) -> None:
    ray.init()
    env = TubeEnv(seed=0)
    learner = Learner(cfg, env.obs_dim, env.actions)
    store = PrioritisedStore.remote(cfg.alpha)
    rovers = [Rover.remote(i, cfg, store) for i in range(cfg.rovers)]
    ref = ray.put(learner.q.state_dict())
    running = {r.episode.remote(ref): r for r in rovers}
    n = 0
    while n < cfg.updates:
        ready, _ = ray.wait(list(running), timeout=0)
        for f in ready:
            rover = running.pop(f)
            running[rover.episode.remote(ref)] = rover
        drawn = ray.get(store.draw.remote(cfg.batch))
        if drawn is None:
            continue
        idx, batch = drawn
        store.reprioritise.remote(idx, learner.update(batch))
        n += 1
        if n % cfg.publish_every == 0:
            ref = ray.put(learner.q.state_dict())
        if n % cfg.target_every == 0:
            learner.target.load_state_dict(learner.q.state_dict())
            torch.save(learner.q.state_dict(), f"tube_{n:06d}.pt")


if __name__ == "__main__":
    train(Config())
