import numpy as np


class Harbor:
    """A tug pushes a barge to a berth; current and wind are hidden."""

    obs_dim, n_actions = 5, 7

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.xy = self.rng.uniform(-1, 1, 2)
        self.heading = self.rng.uniform(-np.pi, np.pi)
        self.current = self.rng.normal(0, 0.01, 2)
        self.speed = 0.0
        self.t = 0
        return self._obs()

    def _obs(self):
        return np.array(
            [*self.xy, np.cos(self.heading), np.sin(self.heading), self.speed * 20], dtype=np.float32
        )

    def step(self, a):
        self.heading += (a % 3 - 1) * 0.15 if a < 6 else 0.0
        self.speed = 0.9 * self.speed + (0.005 if a < 3 else -0.002 if a < 6 else 0.0)
        self.xy = self.xy + self.speed * np.array([np.cos(self.heading), np.sin(self.heading)]) + self.current
        self.t += 1
        d = float(np.linalg.norm(self.xy))
        docked = d < 0.05
        return self._obs(), 5.0 if docked else -0.02 * d, docked or d > 3 or self.t >= 400
