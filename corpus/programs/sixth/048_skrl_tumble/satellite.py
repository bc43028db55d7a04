import gymnasium as gym
import numpy as np


class Detumble(gym.Env):
    """Magnetorquer only; the field sensor is off while the coils are on."""

    def __init__(self, horizon=1500):
        self.horizon = horizon
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.w = self.np_random.normal(0, 0.3, 3)
        self.b = self.np_random.normal(0, 1, 3)
        self.b /= np.linalg.norm(self.b)
        self.coils = False
        self.t = 0
        return self._sense(), {}

    def _sense(self):
        field = np.zeros(3) if self.coils else self.b
        return np.append(field, float(self.coils)).astype(np.float32)

    def step(self, m):
        m = np.clip(m, -1, 1)
        self.coils = bool(np.abs(m).max() > 0.1)
        self.w += 0.02 * np.cross(m * self.coils, self.b)
        self.b += 0.1 * np.cross(self.b, self.w)
        self.b /= np.linalg.norm(self.b)
        self.t += 1
        cost = float(np.square(self.w).sum())
        return self._sense(), -cost - 0.01 * self.coils, cost < 1e-4, self.t >= self.horizon, {}
