import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CableFerry(gym.Env):
    """Ferry on a cable: winch left, stop, right. Passengers show up on both banks."""

    def __init__(self):
        self.action_space = spaces.Discrete(3)
        self.observation_space = spaces.Box(0.0, 1.0, shape=(3,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.pos, self.on_board, self.time = 0.0, 0, 0
        self.waiting = [0, 0]
        self.rate = self.np_random.uniform(0.02, 0.2, size=2)
        return self.obs(), {}

    def obs(self):
        # a bank is visible only from near by
        near = 0 if self.pos < 0.5 else 1
        return np.array([self.pos, min(self.waiting[near], 10) / 10, self.on_board / 10], np.float32)

    def step(self, action):
        for bank in (0, 1):
            self.waiting[bank] += int(self.np_random.random() < self.rate[bank])
        self.pos = float(np.clip(self.pos + 0.1 * (int(action) - 1), 0, 1))
        reward = -0.01 * sum(self.waiting)
        if self.pos in (0.0, 1.0):
            bank = int(self.pos)
            reward += 0.5 * self.on_board
            self.on_board = min(10, self.waiting[bank]) if action == 1 else 0
            if action == 1:
                self.waiting[bank] -= self.on_board
        self.time += 1
        return self.obs(), reward, False, self.time >= 300, {}
