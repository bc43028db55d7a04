import gymnasium as gym
import numpy as np


class DurationEnv(gym.Env):
    """Duration of a bond book between 0 and 10 years, decided daily."""

    def __init__(self, yields, window=None):
        self.y = np.asarray(yields, dtype=np.float32)
        self.window = window
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (self.y.shape[1] + 1,), np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        if self.window:
            self.start = int(self.np_random.integers(0, len(self.y) - self.window))
            self.stop = self.start + self.window - 1
        else:
            self.start, self.stop = 0, len(self.y) - 1
        self.t = self.start
        self.duration = 5.0
        return self._obs(), {}

    def _obs(self):
        return np.append(self.y[self.t], self.duration / 10).astype(np.float32)

    def step(self, action):
        wish = 10 * float(action[0])
        cost = 0.002 * abs(wish - self.duration)
        self.duration = wish
        dy = float((self.y[self.t + 1] - self.y[self.t]).mean())
        carry = float(self.y[self.t].mean()) / 250
        self.t += 1
        ret = carry - self.duration * dy - cost
        return self._obs(), ret, False, self.t >= self.stop, {"ret": ret, "duration": self.duration}
