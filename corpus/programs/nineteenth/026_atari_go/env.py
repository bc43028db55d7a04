import random
from pathlib import Path

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

from board import SIZE, CaptureBoard


class AtariGoEnv(gym.Env):
    def __init__(self, pool_dir, latest_prob=0.5):
        self.pool_dir = Path(pool_dir)
        self.latest_prob = latest_prob
        self.observation_space = spaces.Box(0, 1, (2 * SIZE * SIZE,), np.float32)
        self.action_space = spaces.Discrete(SIZE * SIZE)
        self.opponent = None

    def _draw_opponent(self):
        files = sorted(self.pool_dir.glob("*.zip"), key=lambda f: f.stat().st_mtime)
        if not files:
            return None
        pick = files[-1] if random.random() < self.latest_prob else random.choice(files)
        return RecurrentPPO.load(pick, device="cpu")

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.board = CaptureBoard()
        self.opponent = self._draw_opponent()
        self.opp_lstm = None
        self.opp_first = np.ones((1,), dtype=bool)
        self.colour = random.choice([1, -1])
        if self.colour == -1:
            self._reply()
        return self.board.view(self.colour), {}

    def _reply(self):
        if self.opponent is None:
            free = np.flatnonzero(self.board.stones.ravel() == 0)
            return self.board.play(random.choice(free), -self.colour)
        act, self.opp_lstm = self.opponent.predict(
            self.board.view(-self.colour), state=self.opp_lstm, episode_start=self.opp_first
        )
        self.opp_first = np.zeros((1,), dtype=bool)
        return self.board.play(act, -self.colour)

    def step(self, action):
        outcome = self.board.play(action, self.colour)
        if outcome == "capture":
            return self.board.view(self.colour), 1.0, True, False, {}
        if outcome == "illegal":
            return self.board.view(self.colour), -1.0, True, False, {}
        if self.board.full():
            return self.board.view(self.colour), 0.0, True, False, {}
        answer = self._reply()
        if answer == "capture":
            return self.board.view(self.colour), -1.0, True, False, {}
        if answer == "illegal":
            return self.board.view(self.colour), 0.5, True, False, {}
        return self.board.view(self.colour), 0.0, self.board.full(), False, {}
