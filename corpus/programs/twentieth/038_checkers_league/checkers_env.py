from pathlib import Path
from typing import Optional

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

N = 8


def start_position():
    b = np.zeros((N, N), dtype=np.int8)
    rr, cc = np.indices(b.shape)
    dark = (rr + cc) % 2 == 1
    b[dark & (rr < 3)] = 1
    b[dark & (rr > 4)] = -1
    return b


def legal(b):
    """(row, col, side) moves of the men marked 1; a jump must be taken."""
    walk, take = [], []
    for r, c in np.argwhere(b == 1):
        for side, dc in enumerate((-1, 1)):
            if r + 1 < N and 0 <= c + dc < N:
                if b[r + 1, c + dc] == 0:
                    walk.append((r, c, side))
                elif b[r + 1, c + dc] == -1 and r + 2 < N and 0 <= c + 2 * dc < N and b[r + 2, c + 2 * dc] == 0:
                    take.append((r, c, side))
    return take or walk


def apply(b, move):
    r, c, side = move
    dc = (-1, 1)[side]
    b[r, c] = 0
    if b[r + 1, c + dc] == -1:
        b[r + 1, c + dc] = 0
        b[r + 2, c + 2 * dc] = 1
    else:
        b[r + 1, c + dc] = 1


class CheckersEnv(gym.Env):
    def __init__(self, league: Optional[str] = None, refresh: int = 500):
        self.observation_space = gym.spaces.Box(-1.0, 1.0, (N, N), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([N, N, 2])
        self.league = Path(league) if league else None
        self.refresh = refresh
        self.turns = 0
        self.rival = None
        self.memory = None
        self.first = True

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.b = start_position()
        self.memory = None
        self.first = True
        return self.b.astype(np.float32), {}

    def _newest(self):
        files = sorted(self.league.glob("*.zip"), key=lambda f: f.stat().st_mtime) if self.league else []
        return files[-1] if files else None

    def _refresh_rival(self):
        path = self._newest()
        if path is None:
            return
        if self.rival is None:
            self.rival = RecurrentPPO.load(path, device="cpu")
        else:
            self.rival.set_parameters(str(path), device="cpu")

    def _rival_turn(self):
        self.b = -self.b[::-1, ::-1]
        moves = legal(self.b)
        if moves:
            move = moves[self.np_random.integers(len(moves))]
            if self.rival is not None:
                a, self.memory = self.rival.predict(
                    self.b.astype(np.float32), state=self.memory, episode_start=np.array([self.first]))
                self.first = False
                if tuple(a) in moves:
                    move = tuple(a)
            apply(self.b, move)
        self.b = -self.b[::-1, ::-1]
        return bool(moves)

    def step(self, action):
        self.turns += 1
        if self.turns % self.refresh == 0:
            self._refresh_rival()
        moves = legal(self.b)
        reward = 0.0
        move = tuple(int(x) for x in action)
        if move not in moves:
            reward = -0.02
            move = moves[self.np_random.integers(len(moves))]
        apply(self.b, move)
        if not self._rival_turn():
            return self.b.astype(np.float32), reward + 1, True, False, {}
        if not legal(self.b):
            return self.b.astype(np.float32), reward - 1, True, False, {}
        return self.b.astype(np.float32), reward, False, False, {}
