import gymnasium
import numpy as np
from gymnasium import spaces


class Dialysis(gymnasium.Env):
    """Four-hour session; choose the ultrafiltration rate; blood volume itself is not seen."""

    RATES = (0.0, 0.4, 0.8, 1.2)

    def __init__(self):
        self.action_space = spaces.Discrete(4)
        self.observation_space = spaces.Box(-4, 4, shape=(4,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        g = self.np_random
        self.minute, self.excess = 0, g.uniform(1.5, 4.0)
        self.volume, self.refill = 1.0, g.uniform(0.3, 0.9)
        self.bp = 130.0
        return self.vitals(), {}

    def vitals(self):
        return np.array([(self.bp + self.np_random.normal(0, 4) - 110) / 30, self.excess / 3,
                         self.minute / 240, self.np_random.normal(0.0, 0.1)], dtype=np.float32)

    def step(self, a):
        uf = self.RATES[int(a)] / 12
        self.excess = max(0.0, self.excess - uf)
        self.volume += 0.25 * (self.refill * uf - uf) + 0.02 * (1 - self.volume)
        self.bp += 0.3 * (130 - 160 * max(0.0, 1 - self.volume) - self.bp)
        self.minute += 5
        crash = self.bp < 90
        r = -2.0 * crash
        end = self.minute >= 240
        if end:
            r -= self.excess
        return self.vitals(), float(r), bool(crash), bool(end), {}
