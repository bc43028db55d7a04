import gymnasium as gym
import numpy as np
from gymnasium import spaces


class MemoryCards(gym.Env):
    """Concentration with 2*n cards: turn two cards per move, pairs are taken off the table."""

    def __init__(self, n_pairs=6, max_turns=60):
        self.n_pairs, self.max_turns = n_pairs, max_turns
        n = 2 * n_pairs
        self.action_space = spaces.Discrete(n)
        self.observation_space = spaces.Box(0, 1, (n + n + n_pairs,), np.float32)

    def _obs(self, shown=None):
        n = 2 * self.n_pairs
        where, face = np.zeros(n), np.zeros(self.n_pairs)
        if shown is not None:
            where[shown] = 1
            face[self.deck[shown]] = 1
        return np.concatenate([self.gone, where, face]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.deck = self.np_random.permutation(np.repeat(np.arange(self.n_pairs), 2))
        self.gone = np.zeros(2 * self.n_pairs)
        self.first, self.turns = None, 0
        return self._obs(), {}

    def step(self, card):
        self.turns += 1
        reward = -0.02
        if self.gone[card] or card == self.first:
            reward -= 0.05
        elif self.first is None:
            self.first = card
        else:
            if self.deck[card] == self.deck[self.first]:
                self.gone[[card, self.first]] = 1
                reward += 1.0
            self.first = None
        solved = bool(self.gone.all())
        return self._obs(card), reward, solved, self.turns >= self.max_turns, {"pairs": int(self.gone.sum() // 2)}
