from typing import Optional

import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete
from sb3_contrib import RecurrentPPO

VALUES = np.array([2, 3, 4, 10, 11])
DECK = [(suit, rank) for suit in range(4) for rank in range(5)]


class SchnapsenBummerl(gymnasium.Env):
    """A whole Bummerl (first to seven game points) is one episode; the opponent is a frozen policy."""

    metadata = {"render_modes": []}

    def __init__(self, seed: int = 0) -> None:
        self.observation_space = Box(0.0, 1.0, shape=(44,), dtype=np.float32)
        self.action_space = Discrete(20)
        self.rng = np.random.default_rng(seed)
        self.opponent: Optional[RecurrentPPO] = None
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)
        self.opponent_name = "random"

    def set_opponent(self, path: str, name: str) -> None:
        if self.opponent is None:
            self.opponent = RecurrentPPO.load(path, device="cpu")
        else:
            self.opponent.set_parameters(path, device="cpu")
        self.opponent_name = name

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.game_points = [0, 0]
        self.opp_lstm = None
        self.opp_start = np.ones((1,), dtype=bool)
        self._deal()
        return self._view(0), {}

    def step(self, action: int):
        mine = self._pick(0, int(action))
        theirs = self._pick(1, self._opponent_action(mine))
        self.hands[0].remove(mine)
        self.hands[1].remove(theirs)
        i_win = not (theirs[0] == mine[0] and theirs[1] > mine[1]) and theirs[0] != self.trump or mine[0] == self.trump
        self.card_points[0 if i_win else 1] += int(VALUES[mine[1]] + VALUES[theirs[1]])
        reward, done = 0.0, False
        if not self.hands[0]:
            winner = 0 if self.card_points[0] >= self.card_points[1] else 1
            self.game_points[winner] += 2 if self.card_points[1 - winner] < 33 else 1
            reward = 1.0 if winner == 0 else -1.0
            done = max(self.game_points) >= 7
            if not done:
                self._deal()
        return self._view(0), reward, done, False, {"opponent": self.opponent_name}

    def _deal(self) -> None:
        order = self.rng.permutation(20)
        self.hands = [[DECK[i] for i in order[:10]], [DECK[i] for i in order[10:]]]
        self.trump = int(self.rng.integers(4))
        self.card_points = [0, 0]

    def _pick(self, seat: int, action: int):
        card = DECK[action]
        if card in self.hands[seat]:
            return card
        return self.hands[seat][int(self.rng.integers(len(self.hands[seat])))]

    def _view(self, seat: int, led=None) -> np.ndarray:
        v = np.zeros(44, dtype=np.float32)
        for s, r in self.hands[seat]:
            v[s * 5 + r] = 1
        if led is not None:
            v[20 + led[0] * 5 + led[1]] = 1
        v[40], v[41] = self.game_points[seat] / 8, self.game_points[1 - seat] / 8
        v[42], v[43] = self.trump / 3, self.card_points[seat] / 120
        return v

    def _opponent_action(self, led) -> int:
        if self.opponent is None:
            return int(self.rng.integers(20))
        act, self.opp_lstm = self.opponent.predict(
            self._view(1, led), state=self.opp_lstm, episode_start=self.opp_start, deterministic=False
        )
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(act)
