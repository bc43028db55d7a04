from __future__ import annotations

from pathlib import Path

import gymnasium as gym
import numpy as np

from league import League, Rival


class BeachCourt(gym.Env):
    def __init__(self, league_dir: str, seed: int = 0):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (12,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (4,), np.float32)
        self.rng = np.random.default_rng(seed)
        self.rival = Rival(League(Path(league_dir)), self.rng)

    def _look(self, mirror: bool) -> np.ndarray:
        k = np.array([-1.0, 1.0]) if mirror else np.ones(2)
        mine, theirs = (self.far, self.near) if mirror else (self.near, self.far)
        parts = [self.ball * k, self.speed * k, (mine * k).ravel(), (theirs * k).ravel()]
        return np.concatenate(parts).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.ball = np.array([-4.0, 1.0])
        self.speed = self.rng.normal([0.5, 0.6], 0.05)
        self.near = self.rng.uniform([-8, -4], [-1, 4], (2, 2))
        self.far = self.rng.uniform([1, -4], [8, 4], (2, 2))
        self.t = 0
        self.rival.new_rally()
        return self._look(False), {}

    def step(self, action):
        theirs = self.rival.act(self._look(True)).reshape(2, 2) * np.array([-1.0, 1.0])
        self.near = np.clip(self.near + 0.3 * np.reshape(action, (2, 2)), [-8, -4], [-0.2, 4])
        self.far = np.clip(self.far + 0.3 * theirs, [0.2, -4], [8, 4])
        self.speed[1] -= 0.04
        self.ball = self.ball + self.speed
        team = self.near if self.ball[0] < 0 else self.far
        if self.ball[1] < 0.8 and np.min(np.abs(team[:, 0] - self.ball[0])) < 0.9:
            self.speed = self.rng.normal([0.5 if self.ball[0] < 0 else -0.5, 0.6], 0.06)
        self.t += 1
        landed = self.ball[1] <= 0.0
        reward = 0.0
        if landed:
            out = abs(self.ball[0]) > 8
            reward = (1.0 if self.ball[0] > 0 else -1.0) * (-1.0 if out else 1.0)
        return self._look(False), reward, bool(landed), self.t >= 300, {}
