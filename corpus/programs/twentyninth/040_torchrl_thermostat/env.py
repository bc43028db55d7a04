import gymnasium as gym
import numpy as np


class Thermostat(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, steps=96):
        self.steps = steps
        self.observation_space = gym.spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.room, self.floor = 0, self.np_random.uniform(15, 22), 21.0
        self.outside = self.np_random.uniform(-8, 10)
        return self._obs(), {}

    def _obs(self):
        return np.array([self.room / 10 - 2, self.outside / 10, self.t / self.steps], np.float32)

    def step(self, a):
        self.floor += 1.5 * a - 0.15 * (self.floor - self.room)
        self.room += 0.04 * (self.floor - self.room) + 0.02 * (self.outside - self.room)
        self.t += 1
        r = -abs(self.room - 20.5) * 0.2 - 0.05 * a
        return self._obs(), float(r), False, self.t >= self.steps, {}


gym.register("Thermostat-v0", entry_point=Thermostat)
