import gymnasium as gym
import numpy as np
from gymnasium import spaces


class KilnEnv(gym.Env):
    """Fire a kiln along a ramp; the thermocouple is slow and the batch mass unknown."""

    metadata = {"render_modes": []}

    def __init__(self, steps=240):
        super().__init__()
        self.steps = steps
        self.observation_space = spaces.Box(-5.0, 5.0, (2,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.mass = self.np_random.uniform(0.5, 2.0)
        self.temp = self.reading = 0.0
        return self._obs(), {}

    def _target(self):
        return min(1.0, self.t / 120)

    def _obs(self):
        return np.clip(np.array([self.reading, self._target()], np.float32), -5, 5)

    def step(self, action):
        heat = 0.5 * (float(action[0]) + 1.0)
        self.temp += (0.05 * heat - 0.01 * self.temp) / self.mass
        self.reading += 0.1 * (self.temp - self.reading)
        self.t += 1
        err = abs(self.temp - self._target())
        return self._obs(), -err, False, self.t >= self.steps, {"err": err}
