import numpy as np


class Junction:
    """Four approaches, two phases; loop detectors report with noise."""

    def __init__(self, seed: int, length: int = 360):
        self.rng = np.random.default_rng(seed)
        self.length = length

    def reset(self) -> np.ndarray:
        self.queues = np.zeros(4)
        self.phase, self.t = 0, 0
        self.rates = self.rng.uniform(0.1, 0.5, 4)
        return self._read()

    def _read(self) -> np.ndarray:
        seen = self.queues * (self.rng.random(4) > 0.2)
        return np.concatenate([seen / 20, [self.phase, self.t / self.length]]).astype(np.float32)

    def step(self, action: int):
        switch = action != self.phase
        self.phase = action
        self.queues += self.rng.poisson(self.rates)
        if not switch:
            green = [0, 2] if self.phase == 0 else [1, 3]
            self.queues[green] = np.maximum(self.queues[green] - 2, 0)
        self.t += 1
        return self._read(), -float(self.queues.sum()) / 40, self.t >= self.length
