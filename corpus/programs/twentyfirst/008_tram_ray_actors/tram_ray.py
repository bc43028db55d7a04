"""Recurrent DQN for tram priority at signals; rollouts by Ray actors, whole episodes only."""
from collections import deque
from dataclasses import dataclass
import random

import numpy as np
import ray
import torch
import torch.nn as nn


@dataclass
class Config:
    n_workers: int = 6
    obs_dim: int = 18
    n_actions: int = 4
    hidden: int = 64
    gamma: float = 0.97
    lr: float = 3e-4
    batch: int = 16
    capacity: int = 5000
    target_every: int = 200
    total_episodes: int = 20_000


class RecurrentQ(nn.Module):
    def __init__(self, cfg: Config):
        super().__init__()
        self.gru = nn.GRU(cfg.obs_dim, cfg.hidden, batch_first=True)
        self.q = nn.Linear(cfg.hidden, cfg.n_actions)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return self.q(y), h


@ray.remote(num_cpus=1)
class Rollout:
    def __init__(self, cfg: Config, seed: int):
        from tramlights import CorridorEnv

        torch.set_num_threads(1)
        self.cfg = cfg
        self.env = CorridorEnv(seed=seed)
        self.rng = random.Random(seed)
        self.net = RecurrentQ(cfg).eval()
        self.h = None

    def episode(self, weights, eps):
        self.net.load_state_dict(weights)
        self.h = None
        obs, done = self.env.reset(), False
        seq = {"o": [obs], "a": [], "r": [], "d": []}
        while not done:
            with torch.no_grad():
                q, self.h = self.net(torch.tensor(obs, dtype=torch.float32)[None, None], self.h)
            a = int(q.argmax())
            if self.rng.random() < eps:
                a = self.rng.randrange(self.cfg.n_actions)
            obs, r, done = self.env.step(a)
            seq["o"].append(obs)
            seq["a"].append(a)
            seq["r"].append(r)
            seq["d"].append(done)
        return {k: np.asarray(v, dtype=np.int64 if k == "a" else np.float32) for k, v in seq.items()}


class Learner:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        self.online = RecurrentQ(cfg)
        self.target = RecurrentQ(cfg)
        self.target.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=cfg.lr)
        self.memory = deque(maxlen=cfg.capacity)
        self.n = 0

    def weights(self):
        return {k: v.detach().cpu().clone() for k, v in self.online.state_dict().items()}

    def update(self):
        eps = random.sample(self.memory, self.cfg.batch)
        T = max(len(e["a"]) for e in eps)

        def pad(key, n):
            return torch.stack([torch.tensor(np.concatenate(
                [e[key], np.zeros((n - len(e[key]),) + e[key].shape[1:], e[key].dtype)])) for e in eps])

        o, a, r, d = pad("o", T + 1), pad("a", T), pad("r", T), pad("d", T)
        valid = torch.stack([(torch.arange(T) < len(e["a"])).float() for e in eps])
        q = self.online(o)[0][:, :-1].gather(2, a[..., None]).squeeze(-1)
        with torch.no_grad():
            best = self.online(o)[0][:, 1:].argmax(-1, keepdim=True)
            nxt = self.target(o)[0][:, 1:].gather(2, best).squeeze(-1)
            y = r + self.cfg.gamma * (1 - d) * nxt
        loss = (valid * (q - y) ** 2).sum() / valid.sum()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.n += 1
        if self.n % self.cfg.target_every == 0:
            self.target.load_state_dict(self.online.state_dict())
        return loss.item()


def main(cfg=Config()):
    ray.init()
    learner = Learner(cfg)
    workers = [Rollout.remote(cfg, i) for i in range(cfg.n_workers)]
    ref = ray.put(learner.weights())
    running = {w.episode.remote(ref, 1.0): w for w in workers}
    scores = deque(maxlen=100)
    for n in range(cfg.total_episodes):
        (ready,), _ = ray.wait(list(running), num_returns=1)
        worker = running.pop(ready)
        seq = ray.get(ready)
        learner.memory.append(seq)
        scores.append(float(seq["r"].sum()))
        if len(learner.memory) >= 4 * cfg.batch:
            learner.update()
        if n % 10 == 0:
            ref = ray.put(learner.weights())
        eps = max(0.05, 1.0 - n / (0.3 * cfg.total_episodes))
        running[worker.episode.remote(ref, eps)] = worker
        if n % 200 == 0:
            print(f"{n:6d} eps {eps:.2f} score {np.mean(scores):8.2f}")
            torch.save(learner.weights(), "tram_rdqn.pt")


if __name__ == "__main__":
    main()
