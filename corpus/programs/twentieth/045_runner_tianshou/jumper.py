import gymnasium as gym
import numpy as np


class Jumper(gym.Env):
    """Run and jump over gaps; the width of a gap is announced some steps before it comes."""

    def __init__(self, length=300):
        self.length = length
        self.observation_space = gym.spaces.Box(-1, 5, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)  # run, short jump, long jump

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.air = 0, 0
        self._plan()
        return self._obs(), {}

    def _plan(self):
        self.wait = int(self.np_random.integers(4, 12))
        self.width = int(self.np_random.integers(1, 4))
        self.told = False

    def _obs(self):
        sign = 0.0
        if not self.told:
            sign, self.told = float(self.width), True
        return np.array([sign, float(self.wait == 1), self.air], dtype=np.float32)

    def step(self, action):
        if self.air == 0 and action > 0:
            self.air = 2 if action == 1 else 4
        self.wait -= 1
        fell = self.wait <= 0 and self.air == 0
        if self.wait <= -self.width:
            self._plan()
        self.air = max(0, self.air - 1)
        self.t += 1
        reward = -1.0 if fell else 0.05 - 0.02 * (action == 2)
        return self._obs(), reward, bool(fell), self.t >= self.length, {}
