import numpy as np


class OrbitEnv:
    """One satellite; visible stations change as it goes round, the data buffer fills."""

    def __init__(self, n_stations: int, seed: int = 0, length: int = 300) -> None:
        self.n = n_stations
        self.length = length
        self.rng = np.random.default_rng(seed)
        self.obs_dim = n_stations + 2

    def reset(self) -> np.ndarray:
        self.t = 0
        self.buffer = 0.2
        self.phase = self.rng.uniform(0, 2 * np.pi, self.n)
        return self._obs()

    def _obs(self) -> np.ndarray:
        vis = np.maximum(0.0, np.sin(self.phase + 0.05 * self.t))
        seen = vis * (self.rng.random(self.n) > 0.2)
        return np.concatenate([seen, [self.buffer, self.t / self.length]]).astype(np.float32)

    def step(self, station: int):
        sent = 0.0
        if station < self.n:
            vis = max(0.0, np.sin(self.phase[station] + 0.05 * self.t))
            sent = min(self.buffer, 0.1 * vis)
        self.buffer = min(1.0, self.buffer - sent + 0.03)
        self.t += 1
        reward = 10 * sent - (1.0 if self.buffer >= 1.0 else 0.0)
        return self._obs(), float(reward), self.t >= self.length
