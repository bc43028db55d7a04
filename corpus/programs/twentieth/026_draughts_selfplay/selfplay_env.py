import glob
import os

import gymnasium as gym
import numpy as np
from gymnasium import spaces
from sb3_contrib import RecurrentPPO

from board import SIZE, Board


class DraughtsSelfPlay(gym.Env):
    def __init__(self, snapshot_dir, latest_prob=0.5):
        self.snapshot_dir = snapshot_dir
        self.latest_prob = latest_prob
        self.observation_space = spaces.Box(-1, 1, (SIZE * SIZE,), np.float32)
        self.action_space = spaces.Discrete(SIZE * SIZE * 2)
        self.opponent = None
        self.opponent_file = None
        self.opponent_state = None
        self.opponent_starts = np.ones((1,), dtype=bool)
        self.board = None

    def _pick_opponent(self):
        files = sorted(glob.glob(os.path.join(self.snapshot_dir, "*.zip")), key=os.path.getmtime)
        if not files:
            return
        if self.np_random.random() < self.latest_prob:
            name = files[-1]
        else:
            name = files[self.np_random.integers(len(files))]
        if name != self.opponent_file:
            self.opponent = RecurrentPPO.load(name, device="cpu")
            self.opponent_file = name

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self._pick_opponent()
        self.opponent_state = None
        self.opponent_starts = np.ones((1,), dtype=bool)
        self.board = Board()
        if self.np_random.random() < 0.5:
            self.board.flip()
            self._opponent_move()
            self.board.flip()
        return self._obs(), {}

    def _obs(self):
        return self.board.cells.astype(np.float32).reshape(-1)

    def _opponent_move(self):
        legal = self.board.moves()
        if not legal:
            return False
        if self.opponent is None:
            move = self.np_random.choice(legal)
        else:
            move, self.opponent_state = self.opponent.predict(
                self._obs(), state=self.opponent_state, episode_start=self.opponent_starts
            )
            self.opponent_starts = np.zeros((1,), dtype=bool)
            if int(move) not in legal:
                move = self.np_random.choice(legal)
        self.board.play(move)
        return True

    def step(self, action):
        legal = self.board.moves()
        reward = 0.0
        if int(action) not in legal:
            reward = -0.05
            action = self.np_random.choice(legal)
        self.board.play(action)
        self.board.flip()
        if not self._opponent_move():
            self.board.flip()
            return self._obs(), 1.0 + reward, True, False, {}
        self.board.flip()
        if not self.board.moves():
            return self._obs(), -1.0 + reward, True, False, {}
        return self._obs(), reward, False, False, {}
