import glob
import os
import random

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO


class MatchEnv(gym.Env):
    """Robot arm on a rail against a club member (an older copy of the robot)."""

    def __init__(self, clubhouse, max_steps=600):
        self.clubhouse = clubhouse
        self.max_steps = max_steps
        self.observation_space = spaces.Box(-3.0, 3.0, shape=(4,), dtype=np.float32)
        self.action_space = spaces.Discrete(3)
        self.member = None
        self.member_state = None
        self.member_first = np.ones((1,), dtype=bool)

    def _invite(self):
        files = sorted(glob.glob(os.path.join(self.clubhouse, "*.zip")))
        if files:
            self.member = RecurrentPPO.load(random.choice(files), device="cpu")
        self.member_state = None
        self.member_first = np.ones((1,), dtype=bool)

    def _view(self, side):
        own, other = (self.pos[0], self.pos[1]) if side == 0 else (self.pos[1], self.pos[0])
        sign = 1.0 if side == 0 else -1.0
        return np.array([sign * self.ball[0], sign * self.ball[1], own, other], dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._invite()
        self.pos = np.zeros(2)
        self.ball = np.zeros(2)
        self.vel = np.array([self.np_random.normal(0, 0.02), random.choice([-0.05, 0.05])])
        self.t = 0
        return self._view(0), {}

    def _member_action(self):
        if self.member is None:
            return self.action_space.sample()
        action, self.member_state = self.member.predict(
            self._view(1), state=self.member_state, episode_start=self.member_first
        )
        self.member_first = np.zeros((1,), dtype=bool)
        return int(action)

    def step(self, action):
        self.t += 1
        moves = np.array([int(action) - 1, self._member_action() - 1])
        self.pos = np.clip(self.pos + 0.06 * moves, -1, 1)
        self.ball = self.ball + self.vel
        if abs(self.ball[0]) > 1:
            self.vel[0] *= -1
        reward, terminated = 0.0, False
        if self.ball[1] <= -1:
            if abs(self.ball[0] - self.pos[0]) < 0.2:
                self.vel[1] *= -1.02
            else:
                reward, terminated = -1.0, True
        elif self.ball[1] >= 1:
            if abs(-self.ball[0] - self.pos[1]) < 0.2:
                self.vel[1] *= -1.02
            else:
                reward, terminated = 1.0, True
        truncated = self.t >= self.max_steps
        return self._view(0), reward, terminated, truncated, {}
