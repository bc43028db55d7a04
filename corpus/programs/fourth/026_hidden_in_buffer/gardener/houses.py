import numpy as np


class Houses:
    """A batch of simulated greenhouses: temperature, humidity, light; 96 quarter hours a day."""

    n_sensors, n_valves = 5, 2

    def __init__(self, n, seed):
        self.n, self.rng = n, np.random.default_rng(seed)

    def reset(self):
        self.t = self.rng.integers(96, size=self.n)
        self.left = self.rng.integers(300, 900, size=self.n)
        self.temp = self.rng.normal(20, 2, self.n)
        self.hum = self.rng.normal(60, 5, self.n)
        return self._read()

    def _read(self):
        light = np.maximum(0, np.sin(2 * np.pi * self.t / 96))
        noise = self.rng.normal(0, 0.05, (self.n, 5))
        return (np.stack([self.temp / 20, self.hum / 60, light, self.t / 96, light**2], 1) + noise).astype(np.float32)

    def step(self, valves):
        v = np.clip(valves, -1, 1)
        light = np.maximum(0, np.sin(2 * np.pi * self.t / 96))
        self.temp += 0.3 * v[:, 0] + 0.4 * light - 0.05 * (self.temp - 15)
        self.hum += 1.0 * v[:, 1] - 0.5 * light - 0.02 * (self.hum - 50)
        self.t = (self.t + 1) % 96
        self.left -= 1
        r = -np.abs(self.temp - 22) / 10 - np.abs(self.hum - 65) / 30 - 0.05 * np.abs(v).sum(1)
        done = self.left <= 0
        self.left[done] = self.rng.integers(300, 900, size=int(done.sum()))
        self.temp[done] = self.rng.normal(20, 2, int(done.sum()))
        return self._read(), r.astype(np.float32), done
