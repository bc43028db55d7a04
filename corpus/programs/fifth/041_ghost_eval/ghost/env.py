import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Sonar(gym.Env):
    """Find a wreck with a sonar that pings every fourth step."""

    def __init__(self, noise: float = 0.3):
        self.noise = noise
        self.observation_space = spaces.Box(-10, 10, (4,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.boat = np.zeros(2)
        self.wreck = self.np_random.uniform(-5, 5, 2)
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        ping = self.t % 4 == 0
        d = np.linalg.norm(self.wreck - self.boat) + self.np_random.normal(0, self.noise)
        return np.array([d if ping else 0.0, float(ping), *self.boat], dtype=np.float32).clip(-10, 10)

    def step(self, action):
        self.boat = (self.boat + 0.3 * np.asarray(action)).clip(-8, 8)
        self.t += 1
        found = float(np.linalg.norm(self.wreck - self.boat)) < 0.4
        return self._obs(), 10.0 * found - 0.02, found, self.t >= 200, {"found": found}
