import gymnasium as gym
import numpy as np


class AggregatorEnv(gym.Env):
    """Aggregator that sends curtailment signals to 3 groups of households."""

    metadata = {"render_modes": []}

    def __init__(self, hours: int = 72) -> None:
        self.hours = hours
        self.observation_space = gym.spaces.Box(-5, 5, shape=(6,), dtype=np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3, 3, 3])

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.h = 0
        self.fatigue = np.zeros(3)
        self.grid = 0.0
        return self._obs(), {}

    def _obs(self):
        ang = 2 * np.pi * self.h / 24
        return np.array([np.sin(ang), np.cos(ang), self.grid, *self.fatigue], dtype=np.float32).clip(-5, 5)

    def step(self, action):
        ask = np.asarray(action) / 2.0
        answer = ask * np.exp(-self.fatigue) * self.np_random.uniform(0.6, 1.0, 3)
        self.fatigue = 0.9 * self.fatigue + 0.4 * ask
        load = 1.0 + 0.6 * np.sin(2 * np.pi * (self.h - 9) / 24) + self.np_random.normal(0, 0.1)
        self.grid = load - 0.3 * answer.sum()
        reward = -max(0.0, self.grid - 1.2) * 10 - 0.1 * ask.sum()
        self.h += 1
        return self._obs(), float(reward), False, self.h >= self.hours, {}
