"""Two-handed Briscola (small deck) as a Gymnasium environment with a recurrent rival inside."""
from typing import Any, Dict, Optional

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn

SUITS, RANKS = 4, 5
DECK = SUITS * RANKS
POINTS = [0, 2, 4, 10, 11]


class CardNet(nn.Module):
    """Shared architecture of learner and rival."""

    def __init__(self, obs_dim: int = 3 * DECK, hidden: int = 128):
        super().__init__()
        self.embed = nn.Linear(obs_dim, hidden)
        self.gru = nn.GRUCell(hidden, hidden)
        self.policy = nn.Linear(hidden, DECK)
        self.value = nn.Linear(hidden, 1)

    def forward(self, obs, hidden=None):
        hidden = self.gru(torch.relu(self.embed(obs)), hidden)
        return self.policy(hidden), self.value(hidden).squeeze(-1), hidden


class BriscolaEnv(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, rival: CardNet):
        self.observation_space = gym.spaces.Box(0.0, 1.0, (3 * DECK,), np.float32)
        self.action_space = gym.spaces.Discrete(DECK)
        self.rival = rival.eval()
        self._rival_hidden: Optional[torch.Tensor] = None
        self._next_rival: Optional[Dict[str, torch.Tensor]] = None

    def set_rival(self, weights: Dict[str, torch.Tensor]) -> None:
        """The new rival sits down when the next game begins."""
        self._next_rival = weights

    def reset(self, *, seed: Optional[int] = None, options: Optional[Dict[str, Any]] = None):
        super().reset(seed=seed)
        if self._next_rival is not None:
            self.rival.load_state_dict(self._next_rival)
            self._next_rival = None
        self._rival_hidden = None
        order = self.np_random.permutation(DECK).tolist()
        self.trump = order[0] // RANKS
        self.hands = [set(order[:3]), set(order[3:6])]
        self.stock = order[6:]
        self.seen = np.zeros(DECK, np.float32)
        self.table: Optional[int] = None
        self.score = [0, 0]
        return self._obs(0), {"mask": self._mask(0)}

    def _mask(self, player: int) -> np.ndarray:
        mask = np.zeros(DECK, bool)
        mask[list(self.hands[player])] = True
        return mask

    def _obs(self, player: int) -> np.ndarray:
        table = np.zeros(DECK, np.float32)
        if self.table is not None:
            table[self.table] = 1.0
        return np.concatenate([self._mask(player).astype(np.float32), table, self.seen])

    @torch.no_grad()
    def _rival_card(self) -> int:
        obs = torch.from_numpy(self._obs(1)).unsqueeze(0)
        logits, _, self._rival_hidden = self.rival(obs, self._rival_hidden)
        logits[0, torch.from_numpy(~self._mask(1))] = -1e9
        return int(torch.distributions.Categorical(logits=logits).sample())

    def _beats(self, lead: int, reply: int) -> bool:
        if lead // RANKS == reply // RANKS:
            return reply > lead
        return reply // RANKS == self.trump

    def step(self, action):
        card = int(action)
        self.hands[0].discard(card)
        self.table = card
        reply = self._rival_card()
        self.hands[1].discard(reply)
        self.table = None
        self.seen[[card, reply]] = 1.0
        points = POINTS[card % RANKS] + POINTS[reply % RANKS]
        winner = 1 if self._beats(card, reply) else 0
        self.score[winner] += points
        for player in (0, 1):
            if self.stock:
                self.hands[player].add(self.stock.pop())
        done = not self.hands[0]
        reward = (points if winner == 0 else -points) / 10.0
        return self._obs(0), reward, done, False, {"mask": self._mask(0), "score": list(self.score)}
