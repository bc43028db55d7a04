import gym
import numpy as np


class TowerEnv(gym.Env):
    """One lift, one working day of 600 ticks."""

    def __init__(self, n_floors=8, seed=None):
        self.n = n_floors
        self.action_space = gym.spaces.Discrete(3)
        self.observation_space = gym.spaces.Box(-1, 20, (2 * n_floors + 2,), np.float32)
        self.rs = np.random.RandomState(seed)

    def reset(self):
        self.t = 0
        self.floor = 0
        self.waiting = np.zeros(self.n)
        self.wanted = np.zeros(self.n)
        return self._obs()

    def _obs(self):
        return np.concatenate(
            [self.waiting, self.wanted, [self.floor / self.n, self.t / 600]]
        ).astype(np.float32)

    def step(self, a):
        self.t += 1
        lam = 0.6 if self.t < 120 or self.t > 480 else 0.2
        for _ in range(self.rs.poisson(lam)):
            self.waiting[self.rs.randint(self.n)] += 1
        if a == 0:
            self.floor = max(0, self.floor - 1)
        elif a == 1:
            self.floor = min(self.n - 1, self.floor + 1)
        else:
            self.wanted[self.floor] = 0
            boarding = int(min(self.waiting[self.floor], 10 - self.wanted.sum()))
            self.waiting[self.floor] -= boarding
            for _ in range(boarding):
                self.wanted[self.rs.randint(self.n)] += 1
        r = -0.01 * (self.waiting.sum() + self.wanted.sum())
        return self._obs(), r, self.t >= 600, {}
