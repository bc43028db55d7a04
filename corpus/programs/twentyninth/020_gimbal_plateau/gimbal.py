import gymnasium as gym
import numpy as np


class GimbalEnv(gym.Env):
    """Keep a target in the middle of the picture from a shaking drone. The target is now and then hidden."""

    metadata = {"render_modes": []}

    def __init__(self, length=400):
        self.observation_space = gym.spaces.Box(-2.0, 2.0, (3,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.length = length

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.offset = self.np_random.uniform(-0.5, 0.5, 2)
        self.motion = self.np_random.uniform(-0.01, 0.01, 2)
        self.rate = np.zeros(2)
        self.hidden_for = 0
        self.t = 0
        return self._picture(), {}

    def _picture(self):
        if self.hidden_for > 0:
            return np.array([0.0, 0.0, 0.0], dtype=np.float32)
        return np.array([*np.clip(self.offset, -1, 1), 1.0], dtype=np.float32)

    def step(self, action):
        self.rate = 0.8 * self.rate + 0.02 * np.asarray(action)
        shake = self.np_random.normal(0, 0.004, 2)
        self.offset = self.offset + self.motion - self.rate + shake
        if self.np_random.random() < 0.01:
            self.motion = self.np_random.uniform(-0.01, 0.01, 2)
        if self.hidden_for > 0:
            self.hidden_for -= 1
        elif self.np_random.random() < 0.02:
            self.hidden_for = int(self.np_random.integers(5, 25))
        self.t += 1
        err = float(np.abs(self.offset).sum())
        gone = bool(np.abs(self.offset).max() > 1.5)
        return self._picture(), 0.1 - 0.1 * err - (2.0 if gone else 0.0), gone, self.t >= self.length, {}
