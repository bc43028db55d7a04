import os
import time
from pathlib import Path

import numpy as np
import torch

from .maze import TMaze
from .net import DuelingLSTM


class Actor:
    def __init__(self, idx, n_actors, weights_dir, queue, length=20, refresh=100):
        self.idx = idx
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.weights_dir = Path(weights_dir)
        self.queue = queue
        self.length = length
        self.refresh = refresh
        self.env = TMaze(seed=1000 + idx)
        self.net = DuelingLSTM(self.env.obs_dim, self.env.n_actions).eval()
        self.state = self.net.zero_state()
        self.last_mtime = 0.0
        self.rng = np.random.default_rng(idx)

    def pull(self):
        path = self.weights_dir / "latest.pt"
        if not path.exists():
            return False
        mtime = os.path.getmtime(path)
        if mtime == self.last_mtime:
            return False
        self.net.load_state_dict(torch.load(path, map_location="cpu")["online"])
        self.last_mtime = mtime
        return True

    @torch.no_grad()
    def choose(self, obs, action, reward):
        q, self.state = self.net(
            torch.as_tensor(obs).view(1, 1, -1),
            torch.tensor([[action]]),
            torch.tensor([[reward]], dtype=torch.float32),
            self.state,
        )
        if self.rng.random() < self.eps:
            return int(self.rng.integers(self.env.n_actions)), float(q.max())
        return int(q.argmax(-1)), float(q.max())

    def run(self, stop):
        while not self.pull():
            time.sleep(0.5)
        step = 0
        while not stop.is_set():
            obs = self.env.reset()
            self.state = self.net.zero_state()
            action, reward, done = 0, 0.0, False
            seq, start = [], self.state
            total = 0.0
            while not done:
                step += 1
                if step % self.refresh == 0:
                    self.pull()
                if not seq:
                    start = tuple(s.clone() for s in self.state)
                prev = (action, reward)
                action, value = self.choose(obs, *prev)
                nxt, reward, terminated, truncated, _ = self.env.step(action)
                done = terminated or truncated
                total += reward
                seq.append((obs, prev[0], prev[1], action, reward, float(terminated)))
                obs = nxt
                if len(seq) == self.length or done:
                    self.queue.put(("seq", (start, seq)))
                    seq = []
            self.queue.put(("return", (self.idx, total)))


def actor_main(idx, n_actors, weights_dir, queue, stop):
    torch.set_num_threads(1)
    Actor(idx, n_actors, weights_dir, queue).run(stop)
