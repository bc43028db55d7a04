import gymnasium as gym
import numpy as np


class BikeShareEnv(gym.Env):
    """A van moves bikes between four stations; only the station where it stands reports."""

    STATIONS = 4

    def __init__(self):
        self.observation_space = gym.spaces.Box(0.0, 1.0, (self.STATIONS + 3,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([self.STATIONS, 3])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.bikes = self.np_random.integers(3, 12, self.STATIONS)
        self.flow = self.np_random.dirichlet(np.ones(self.STATIONS))
        self.van, self.at, self.t = 5, 0, 0
        return self._obs(), {}

    def _obs(self):
        place = np.eye(self.STATIONS, dtype=np.float32)[self.at]
        extra = np.array([self.bikes[self.at] / 15, self.van / 10, self.t / 96], dtype=np.float32)
        return np.clip(np.concatenate([place, extra]), 0.0, 1.0)

    def step(self, action):
        self.at, move = int(action[0]), int(action[1])
        if move == 1 and self.van < 10 and self.bikes[self.at] > 0:
            self.van += 1
            self.bikes[self.at] -= 1
        elif move == 2 and self.van > 0 and self.bikes[self.at] < 15:
            self.van -= 1
            self.bikes[self.at] += 1
        served = 0
        for _ in range(3):
            a = self.np_random.integers(self.STATIONS)
            b = self.np_random.choice(self.STATIONS, p=self.flow)
            if self.bikes[a] > 0 and self.bikes[b] < 15:
                self.bikes[a] -= 1
                self.bikes[b] += 1
                served += 1
        self.t += 1
        return self._obs(), served - 1.5, False, self.t >= 96, {"served": served}
