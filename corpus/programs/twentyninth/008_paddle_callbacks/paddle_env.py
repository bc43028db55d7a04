import random

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class PaddleEnv(gym.Env):
    """Pong without velocities. The other paddle is an older copy of the learner, or a follower at first."""

    def __init__(self):
        self.observation_space = spaces.Box(-1.5, 1.5, (4,), np.float32)
        self.action_space = spaces.Discrete(3)
        self.rivals = []
        self.rival = None
        self.rival_state = None
        self.rival_begins = None

    def add_rival(self, path):
        self.rivals.append(path)
        del self.rivals[:-15]

    def _view(self, flip):
        s = -1.0 if flip else 1.0
        me, him = (self.right, self.left) if flip else (self.left, self.right)
        return np.array([s * self.ball[0], self.ball[1], me, him], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.left = self.right = 0.0
        self.ball = np.zeros(2)
        self.vel = np.array([self.np_random.choice([-0.04, 0.04]), self.np_random.uniform(-0.03, 0.03)])
        self.t = 0
        if self.rivals:
            self.rival = RecurrentPPO.load(random.choice(self.rivals), device="cpu")
            self.rival_state = None
            self.rival_begins = np.ones((1,), dtype=bool)
        return self._view(False), {}

    def _rival_move(self):
        if self.rival is None:
            return int(np.sign(self.ball[1] - self.right)) + 1
        a, self.rival_state = self.rival.predict(
            self._view(True)[None], state=self.rival_state, episode_start=self.rival_begins)
        self.rival_begins = np.zeros((1,), dtype=bool)
        return int(a[0])

    def step(self, action):
        reply = self._rival_move()
        self.left = float(np.clip(self.left + 0.05 * (int(action) - 1), -1, 1))
        self.right = float(np.clip(self.right + 0.05 * (reply - 1), -1, 1))
        self.ball = self.ball + self.vel
        if abs(self.ball[1]) > 1:
            self.vel[1] *= -1
        reward, over = 0.0, False
        for wall, paddle, pay in ((-1.0, self.left, -1.0), (1.0, self.right, 1.0)):
            if self.ball[0] * wall >= 1.0:
                if abs(self.ball[1] - paddle) < 0.25:
                    self.vel[0] = -wall * min(0.09, abs(self.vel[0]) * 1.05)
                    self.vel[1] += 0.05 * (self.ball[1] - paddle)
                else:
                    reward, over = pay, True
        self.t += 1
        return self._view(False), reward, over, self.t >= 1500, {}
