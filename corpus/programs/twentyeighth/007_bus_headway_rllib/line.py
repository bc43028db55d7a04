import numpy as np
from gymnasium import spaces

OBS_SPACE = spaces.Box(-np.inf, np.inf, (4,), np.float32)
ACT_SPACE = spaces.Discrete(4)


class BusLine:
    def __init__(self, n_buses, stops=30, length=90.0):
        self.n, self.stops, self.length = n_buses, stops, length
        self.rng = np.random.default_rng(3)
        self.start()

    def start(self):
        self.pos = np.linspace(0, self.length, self.n, endpoint=False)
        self.held = np.zeros(self.n, dtype=int)
        self.load = np.zeros(self.n)
        self.log = []

    def headways(self):
        order = np.argsort(self.pos)
        gaps = np.diff(np.append(self.pos[order], self.pos[order[0]] + self.length))
        out = np.empty(self.n)
        out[order] = gaps
        return out

    def at_stop(self, minute):
        gaps = self.headways()
        self.log.append(np.abs(gaps - self.length / self.n).mean())
        spacing = self.length / self.stops
        for b in range(self.n):
            if self.held[b] == 0 and self.pos[b] % spacing < 1.0:
                obs = np.array([gaps[b], gaps[b - 1], self.load[b], minute / 60.0], np.float32)
                yield b, obs

    def hold(self, bus, minutes):
        self.held[bus] = minutes
        self.load[bus] = max(0.0, self.load[bus] + self.rng.normal(0, 3))

    def advance(self):
        moving = self.held == 0
        self.pos[moving] += self.rng.uniform(0.7, 1.1, moving.sum())
        self.pos %= self.length
        self.held = np.maximum(self.held - 1, 0)

    def deviation(self):
        return float(np.mean(self.log))
