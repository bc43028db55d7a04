import gymnasium as gym
import numpy as np


class AquariumEnv(gym.Env):
    """Heater and air pump of an aquarium, ten minute steps, two days."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-5, 5, shape=(2,), dtype=np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3, 2])

    def _obs(self):
        noise = self.np_random.normal(0, 0.2)
        return np.array([(self.temp - 25 + noise) / 5, (self.light - 0.5)], np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.temp = 25 + self.np_random.uniform(-3, 3)
        self.room = 20 + self.np_random.uniform(-3, 3)
        self.oxygen, self.light, self.t = 0.8, 0.0, 0
        return self._obs(), {}

    def step(self, action):
        heat, pump = int(action[0]), int(action[1])
        self.light = float(36 < self.t % 144 < 108)
        self.temp += 0.25 * heat - 0.04 * (self.temp - self.room)
        self.oxygen += 0.03 * pump - 0.012 + 0.004 * self.light
        self.oxygen = float(np.clip(self.oxygen, 0, 1))
        self.t += 1
        reward = -abs(self.temp - 25) * 0.1 - 0.02 * (heat + pump)
        dead = self.oxygen < 0.2 or abs(self.temp - 25) > 9
        return self._obs(), reward - 20.0 * dead, dead, self.t >= 288, {}
