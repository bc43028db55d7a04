import gymnasium as gym
import numpy as np


class Patient(gym.Env):
    """Minimal glucose model; meals are announced late, insulin acts with a delay."""

    metadata = {}

    def __init__(self, weight=70.0):
        self.weight = weight
        self.observation_space = gym.spaces.Box(0.0, 600.0, (2,), np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.g = self.np_random.uniform(90, 160)
        self.ins = np.zeros(12)
        self.gut = 0.0
        self.t = 0
        return self.obs(0.0), {}

    def obs(self, meal):
        return np.array([self.g, meal], np.float32)

    def step(self, action):
        meal = 0.0
        if self.np_random.random() < 0.01:
            meal = self.np_random.uniform(20, 80)
            self.gut += meal
        self.ins = np.roll(self.ins, 1)
        self.ins[0] = float(np.asarray(action).item())
        absorbed = 0.06 * self.gut
        self.gut -= absorbed
        self.g += 1.1 * absorbed - 4.0 * self.ins[6:].mean() * 70 / self.weight + 0.2
        self.g = max(self.g, 10.0)
        self.t += 1
        bad = self.g < 40
        return self.obs(meal), -abs(self.g - 110) / 50 - 50 * bad, bool(bad), self.t >= 288 * 2, {}
