import gymnasium as gym
import numpy as np


class GreenhouseEnv(gym.Env):
    """Keep the inside temperature near 21 degrees; the vent's position is not observed."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(4)

    def _obs(self):
        return np.array([(self.inside - 21) / 10, (self.outside - 12) / 10, np.sin(self.t / 40)], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.vent = 0.0
        self.inside = 18 + self.np_random.uniform(-3, 3)
        self.outside = 12 + self.np_random.uniform(-6, 6)
        return self._obs(), {}

    def step(self, action):
        self.t += 1
        heat = 0.8 if action == 1 else 0.0
        if action == 2:
            self.vent = min(1.0, self.vent + 0.2)
        elif action == 3:
            self.vent = max(0.0, self.vent - 0.2)
        self.outside += self.np_random.normal(0, 0.2)
        self.inside += heat + (0.02 + 0.1 * self.vent) * (self.outside - self.inside)
        reward = -abs(self.inside - 21) / 5 - 0.3 * heat
        frozen = bool(self.inside < 2)
        return self._obs(), float(reward), frozen, self.t >= 480, {}
