"""Packet routing on a small random graph, seen from one router with delayed counters."""
import collections

import numpy as np


class RouterSim:
    N_PORTS = 4

    def __init__(self, seed, horizon=2048, delay=6):
        self.rng = np.random.default_rng(seed)
        self.horizon, self.delay = horizon, delay

    def reset(self):
        self.t = 0
        self.q = np.zeros(self.N_PORTS)
        self.rate = self.rng.uniform(0.15, 0.35, self.N_PORTS)
        self.late = collections.deque([np.zeros(self.N_PORTS)] * self.delay, maxlen=self.delay)
        self.dst = self.rng.integers(8)
        return self.obs()

    def obs(self):
        x = np.zeros(self.N_PORTS + 8, np.float32)
        x[: self.N_PORTS] = self.late[0] / 20
        x[self.N_PORTS + self.dst] = 1
        return x

    def step(self, port):
        far = 1 + (self.dst + 2 * port) % 3
        wait = self.q[port]
        self.q[port] += 1
        if self.rng.random() < 0.01:
            self.rate = self.rng.uniform(0.1, 0.4, self.N_PORTS)
        self.q = np.maximum(0, self.q - self.rate)
        self.late.append(self.q.copy())
        self.dst = self.rng.integers(8)
        self.t += 1
        return self.obs(), -0.05 * (wait + far), self.t >= self.horizon
