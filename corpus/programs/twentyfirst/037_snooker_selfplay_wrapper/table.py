import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SnookerFrame(gym.Env):
    """Very rough frame: two players alternate visits, each visit is one shot choice."""

    def __init__(self, max_visits=80):
        self.observation_space = spaces.Box(-1, 1, (10,), np.float32)
        self.action_space = spaces.MultiDiscrete([7, 3])
        self.max_visits = max_visits

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.reds = 15
        self.score = [0, 0]
        self.visits = 0
        self.white = self.np_random.uniform(-1, 1, 2)
        return self.view(0), {}

    def view(self, player):
        me, other = self.score[player], self.score[1 - player]
        o = np.zeros(10, np.float32)
        o[:2] = self.white
        o[2] = self.reds / 15
        o[3] = np.clip((me - other) / 80, -1, 1)
        o[4] = self.visits / self.max_visits
        return o

    def shot(self, player, action):
        colour, safety = int(action[0]) + 1, int(action[1])
        p = 0.7 - 0.05 * colour - 0.2 * np.abs(self.white).mean()
        gained = 0
        if safety == 0:
            while self.reds and self.np_random.random() < p:
                gained += 1 + colour
                self.reds -= 1
        self.white = self.np_random.uniform(-1, 1, 2) * (0.5 + 0.25 * safety)
        self.score[player] += gained
        self.visits += 1
        return gained

    def over(self):
        return self.reds == 0

    def step(self, action):
        gained = self.shot(0, action)
        return self.view(0), gained / 10, self.over(), self.visits >= self.max_visits, {}
