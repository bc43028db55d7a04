import logging
import random
from collections import defaultdict, deque
from pathlib import Path

import torch
import torch.nn as nn

log = logging.getLogger("league")


class VolleyNet(nn.Module):
    def __init__(self, obs_dim: int = 12, n_actions: int = 6, width: int = 128):
        super().__init__()
        self.width = width
        self.enc = nn.Sequential(nn.Linear(obs_dim, 64), nn.Tanh())
        self.core = nn.LSTMCell(64, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def initial(self, n):
        dev = self.v.weight.device
        return torch.zeros(n, self.width, device=dev), torch.zeros(n, self.width, device=dev)

    def forward(self, obs, mem):
        h, c = self.core(self.enc(obs), mem)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)


class OpponentSampler:
    """Keeps the generations on disk and draws one of them, harder ones more often."""

    def __init__(self, folder: Path, keep: int = 30, p_latest: float = 0.35):
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.p_latest = p_latest
        self.files = deque(sorted(folder.glob("gen_*.pt")), maxlen=keep)
        self.losses = defaultdict(lambda: 1)
        self.games = defaultdict(lambda: 2)
        self.current = None

    def publish(self, net, gen):
        path = self.folder / f"gen_{gen:06d}.pt"
        torch.save(net.state_dict(), path)
        self.files.append(path)

    def pick(self) -> Path:
        if random.random() < self.p_latest:
            return self.files[-1]
        weights = [self.losses[f.stem] / self.games[f.stem] for f in self.files]
        return random.choices(list(self.files), weights=weights)[0]

    def load_into(self, net):
        path = self.pick()
        net.load_state_dict(torch.load(path, map_location="cpu"))
        self.current = path.stem
        log.info("opponent is now %s", self.current)

    def report(self, reward_sum):
        self.games[self.current] += 1
        if reward_sum < 0:
            self.losses[self.current] += 1
