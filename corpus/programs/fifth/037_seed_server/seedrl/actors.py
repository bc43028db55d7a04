from __future__ import annotations

import queue
import threading

import numpy as np
import torch

from .server import InferenceServer


class Crane:
    """Move a swinging load to a mark; the swing angle is not measured."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.x, self.v, self.th, self.om, self.t = 0.0, 0.0, 0.0, 0.0, 0
        self.goal = float(self.rng.uniform(-2, 2))
        return self._obs(0)

    def _obs(self, a):
        return np.array([self.x, self.v, self.goal, a, self.t / 250], dtype=np.float32)

    def step(self, a):
        acc = (a - 1) * 1.0
        self.v = 0.98 * self.v + 0.05 * acc
        self.x += 0.05 * self.v
        self.om += 0.05 * (-9.8 * np.sin(self.th) - acc * np.cos(self.th)) - 0.001 * self.om
        self.th += 0.05 * self.om
        self.t += 1
        r = -abs(self.x + np.sin(self.th) - self.goal)
        return self._obs(a - 1), float(r), self.t >= 250


class ActorThread(threading.Thread):
    def __init__(self, ident: int, server: InferenceServer, out: queue.Queue, unroll: int) -> None:
        super().__init__(daemon=True)
        self.ident_, self.server, self.out, self.unroll = ident, server, out, unroll

    def run(self) -> None:
        env = Crane(self.ident_)
        obs, begins, total = env.reset(), True, 0.0
        while True:
            seg = {"obs": [], "a": [], "logp": [], "r": [], "begins": [], "h0": None, "score": None}
            for _ in range(self.unroll):
                a, logp, h = self.server.request(self.ident_, obs, begins).result()
                if seg["h0"] is None:
                    seg["h0"] = h
                nxt, r, over = env.step(a)
                total += r
                for k, v in zip(("obs", "a", "logp", "r", "begins"), (obs, a, logp, r, begins)):
                    seg[k].append(v)
                obs, begins = nxt, over
                if over:
                    seg["score"], total = total, 0.0
                    obs = env.reset()
            seg["last_obs"], seg["last_begins"] = obs, begins
            self.out.put({k: v if k in ("h0", "score") else torch.as_tensor(np.asarray(v)) for k, v in seg.items()})
