import gymnasium as gym
import numpy as np


class Furnace(gym.Env):
    def __init__(self):
        self.observation_space = gym.spaces.Box(-10, 10, shape=(2,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1, 1, shape=(1,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.wall = self.np_random.uniform(200, 400)
        self.steel = 20.0
        self.target = self.np_random.uniform(600, 900)
        return self.obs(), {}

    def obs(self):
        return np.array([(self.wall - 600) / 300, (self.target - 600) / 300], dtype=np.float32)

    def step(self, a):
        self.k += 1
        burner = (float(a[0]) + 1) / 2
        self.wall += 40 * burner - 0.03 * (self.wall - 20) - 0.05 * (self.wall - self.steel)
        self.steel += 0.04 * (self.wall - self.steel)
        miss = abs(self.steel - self.target) / 300
        return self.obs(), -miss - 0.1 * burner, False, self.k >= 700, {}
