import gymnasium as gym
import numpy as np


class OverflowDesk(gym.Env):
    """Decide for each call: answer, call back later, or send to the outside partner."""

    def __init__(self, config=None):
        config = config or {}
        self.length = config.get("length", 200)
        self.observation_space = gym.spaces.Box(0.0, 1.0, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.mood = self.np_random.beta(2, 2)
        self.load = 0.0
        return self._obs(), {}

    def _obs(self):
        upset = float(self.np_random.random() < self.mood)
        return np.array([min(self.load, 1.0), upset, self.k / self.length], np.float32)

    def step(self, action):
        self.k += 1
        r = (1.0 - self.load, 0.6 - self.mood, 0.35)[int(action)]
        self.load = np.clip(self.load + (0.12 if action == 0 else -0.06), 0, 1)
        return self._obs(), float(r), False, self.k >= self.length, {}
