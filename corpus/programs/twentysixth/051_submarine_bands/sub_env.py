import gym
import numpy as np


class SubEnv(gym.Env):
    """Depth keeping with ballast and planes; density changes with depth."""

    def __init__(self, band=(0, 400), max_steps=2000, **kw):
        self.band = band
        self.max_steps = max_steps
        self.observation_space = gym.spaces.Box(-10, 10, (4,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reset(self):
        self.depth = float(np.random.uniform(*self.band))
        self.rate = 0.0
        self.pitch = 0.0
        self.order = float(np.random.uniform(*self.band))
        self.t = 0
        return self._obs()

    def set_order(self, depth):
        self.order = depth

    def _obs(self):
        err = (self.order - self.depth) / 50
        return np.array([np.clip(err, -5, 5), self.rate, self.pitch, self.depth / 400], np.float32)

    def step(self, action):
        self.t += 1
        ballast, planes = np.clip(action, -1, 1)
        density = 0.3 * np.tanh((self.depth - 120) / 20) + 0.1 * np.tanh((self.depth - 250) / 40)
        self.pitch += 0.1 * (0.3 * planes - self.pitch)
        self.rate += 0.05 * (ballast - density) + 0.1 * self.pitch - 0.04 * self.rate
        self.depth = float(np.clip(self.depth + self.rate, 0, 420))
        reward = -abs(self.order - self.depth) / 50 - 0.01 * float(np.square(action).sum())
        crushed = self.depth >= 419
        if crushed:
            reward -= 50
        return self._obs(), reward, crushed or self.t >= self.max_steps, {}
