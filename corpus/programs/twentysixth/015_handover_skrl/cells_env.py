import gymnasium as gym
import numpy as np


class CellsEnv(gym.Env):
    """A phone drives past seven cells; the action is the cell to be connected to."""

    N = 7

    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (2 * self.N + 1,), np.float32)
        self.action_space = gym.spaces.Discrete(self.N)
        self.sites = np.stack([np.linspace(0, 3000, self.N), np.tile([0, 250], 4)[: self.N]], 1)

    def _rsrp(self):
        d = np.linalg.norm(self.sites - self.pos, axis=1) + 10
        self.shadow = 0.9 * self.shadow + self.np_random.normal(0, 2.0, self.N)
        return -30 * np.log10(d) + self.shadow

    def _obs(self):
        self.signal = self._rsrp()
        onehot = np.eye(self.N)[self.cell]
        return np.concatenate([(self.signal + 80) / 20, onehot, [self.speed / 30]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([0.0, 100.0])
        self.speed = self.np_random.uniform(5, 35)
        self.shadow = np.zeros(self.N)
        self.cell = 0
        self.k = 0
        return self._obs(), {}

    def step(self, action):
        action = int(np.asarray(action).reshape(-1)[0])
        switched = action != self.cell
        self.cell = action
        self.pos[0] += self.speed * 0.5
        obs = self._obs()
        drop = self.signal[self.cell] < self.signal.max() - 18
        rate = np.log2(1 + 10 ** ((self.signal[self.cell] + 85) / 10))
        self.k += 1
        reward = 0.1 * rate - 0.5 * switched - 2.0 * drop
        return obs, float(reward), bool(self.pos[0] > 3000), self.k >= 400, {}
