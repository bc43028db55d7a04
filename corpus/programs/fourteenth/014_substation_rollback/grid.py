import numpy as np


class FeederGrid:
    """Substations with a battery each; every one sees its own voltage only."""

    NAMES = ("north", "harbour", "mill", "airport")

    def __init__(self, seed=0, hours=168):
        self.rng = np.random.default_rng(seed)
        self.hours = hours

    def reset(self):
        self.t = 0
        self.soc = dict.fromkeys(self.NAMES, 0.5)
        self.bias = {n: self.rng.normal(0, 0.1) for n in self.NAMES}
        self.load = self._loads()
        return self._obs()

    def _loads(self):
        day = 0.5 + 0.4 * np.sin(2 * np.pi * (self.t % 24 - 8) / 24)
        return {n: max(0.0, day + self.bias[n] + 0.05 * self.rng.normal()) for n in self.NAMES}

    def _obs(self):
        return {n: np.array([1.05 - 0.1 * self.load[n], self.soc[n]], dtype=np.float32) for n in self.NAMES}

    def step(self, actions):
        net = 0.0
        for n, a in actions.items():
            p = 0.1 * (a - 1)
            p = min(max(p, -self.soc[n]), 1 - self.soc[n])
            self.soc[n] += p
            net += self.load[n] + p
        reward = -((net / len(self.NAMES)) - 0.5) ** 2 * 10
        self.t += 1
        self.load = self._loads()
        return self._obs(), reward, self.t >= self.hours
