"""Epsilon-greedy actor, one environment, weights from a folder."""
import collections
import logging
from pathlib import Path

import numpy as np
import torch

from .net import RQ

log = logging.getLogger(__name__)


class Actor:
    def __init__(self, env, eps, folder, history=64, seed=0):
        self.env = env
        self.eps = eps
        self.folder = Path(folder)
        self.net = RQ(env.obs_dim, env.n_actions).eval()
        self.rng = np.random.default_rng(seed)
        self.seen = collections.deque(maxlen=history)
        self.stamp = None
        self.begin()

    def begin(self):
        self.obs = self.env.reset()
        self.hc = self.net.begin()
        self.seen.clear()
        self.total = 0.0
        self.steps = 0

    @torch.no_grad()
    def _reread(self):
        hc = self.net.begin()
        if self.seen:
            history = torch.as_tensor(np.stack(self.seen)).unsqueeze(0)
            _, hc = self.net(history, hc)
        self.hc = hc

    def pull(self):
        path = self.folder / "weights.pt"
        if not path.exists():
            return
        stamp = path.stat().st_mtime_ns
        if stamp == self.stamp:
            return
        blob = torch.load(path, map_location="cpu")
        self.net.load_state_dict(blob["net"])
        self.stamp = stamp
        self._reread()
        log.debug("weights of update %s, %d observations read again", blob.get("update"), len(self.seen))

    @torch.no_grad()
    def step(self):
        q, self.hc = self.net(torch.as_tensor(self.obs).view(1, 1, -1), self.hc)
        self.seen.append(self.obs)
        if self.rng.random() < self.eps:
            action = int(self.rng.integers(self.net.n_actions))
        else:
            action = int(q.argmax(-1))
        nxt, reward, done, _ = self.env.step(action)
        row = (self.obs, action, reward, float(done))
        self.obs = nxt
        self.total += reward
        self.steps += 1
        return row, done
