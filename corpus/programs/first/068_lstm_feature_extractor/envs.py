import gymnasium as gym
import numpy as np


class WindowEnv(gym.Env):
    def __init__(self, series, window=48):
        self.x = series
        self.w = window
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (window, series.shape[1]), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = int(self.np_random.integers(self.w, len(self.x) - 500))
        self.end = self.t + 480
        return self.x[self.t - self.w : self.t], {}

    def step(self, a):
        r = float((a - 1) * self.x[self.t, 0])
        self.t += 1
        return self.x[self.t - self.w : self.t], r, False, self.t >= self.end, {}
