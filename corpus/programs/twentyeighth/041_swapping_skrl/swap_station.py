import gymnasium as gym
import numpy as np


class SwapStation(gym.Env):
    """Twelve bays of scooter batteries; charge now, later or sell back. Riders come in waves the station cannot see."""

    def __init__(self, bays=12, day=288):
        self.bays, self.day = bays, day
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Discrete(4)  # idle, slow charge, fast charge, sell

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.soc = self.np_random.uniform(0.3, 1.0, self.bays)
        self.wave = self.np_random.uniform(0, 2 * np.pi)
        self.came = self.lost = 0
        return self._obs(), {}

    def _price(self):
        return 0.2 + 0.1 * np.sin(2 * np.pi * self.t / self.day - 1)

    def _obs(self):
        return np.array([self.soc.mean(), (self.soc > 0.9).sum() / self.bays, self._price(), self.came, self.lost], np.float32)

    def step(self, action):
        action = int(np.asarray(action).item())
        power = (0.0, 0.02, 0.06, -0.05)[action]
        before = self.soc.sum()
        self.soc = np.clip(self.soc + power, 0, 1)
        cost = self._price() * (self.soc.sum() - before) + (0.05 if action == 2 else 0)
        rate = 0.3 * (1 + np.sin(2 * np.pi * self.t / 96 + self.wave))
        self.came, self.lost = int(self.np_random.poisson(rate)), 0
        for _ in range(self.came):
            best = int(self.soc.argmax())
            if self.soc[best] > 0.9:
                self.soc[best] = self.np_random.uniform(0.05, 0.3)
            else:
                self.lost += 1
        self.t += 1
        reward = (self.came - self.lost) * 0.5 - self.lost * 1.0 - cost
        return self._obs(), float(reward), False, self.t >= self.day, {}
