from __future__ import annotations

import copy
import random
from typing import Optional

import numpy as np
import torch
from torch import nn, optim
from torch.distributions import Categorical

from board import NoGo


class PolicyGRU(nn.Module):
    def __init__(self, size: int, hidden: int = 96) -> None:
        super().__init__()
        self.inp = nn.Linear(size * size, hidden)
        self.gru = nn.GRU(hidden, hidden)
        self.out = nn.Linear(hidden, size * size)

    def forward(self, grid: np.ndarray, mask: np.ndarray, thread: Optional[torch.Tensor]):
        x = torch.as_tensor(grid.ravel(), dtype=torch.float32)[None, None]
        y, thread = self.gru(torch.relu(self.inp(x)), thread)
        logits = self.out(y[0])
        logits[:, ~torch.as_tensor(mask)] = -1e9
        return Categorical(logits=logits), thread


class Player:
    def __init__(self, net: PolicyGRU, colour: int) -> None:
        self.net = net
        self.colour = colour
        self.thread: Optional[torch.Tensor] = None

    def sit_down(self) -> None:
        self.thread = None

    def choose(self, game: NoGo, mask: np.ndarray):
        dist, self.thread = self.net(game.grid * self.colour, mask, self.thread)
        move = dist.sample()
        return move.item(), dist.log_prob(move)


class League:
    def __init__(self, size: int = 5, capacity: int = 30, lr: float = 5e-4) -> None:
        self.size = size
        self.capacity = capacity
        self.learner = PolicyGRU(size)
        self.guest = PolicyGRU(size)
        self.opt = optim.Adam(self.learner.parameters(), lr=lr)
        self.roster = [copy.deepcopy(self.learner.state_dict())]
        self.black = Player(self.learner, 1)
        self.white = Player(self.guest, -1)

    def match(self) -> float:
        self.guest.load_state_dict(random.choice(self.roster))
        self.black.sit_down()
        self.white.sit_down()
        game, log_probs = NoGo(self.size), []
        while True:
            mask = game.legal()
            if not mask.any():
                score = -1.0 if game.to_move == 1 else 1.0
                break
            if game.to_move == 1:
                move, logp = self.black.choose(game, mask)
                log_probs.append(logp)
            else:
                with torch.no_grad():
                    move, _ = self.white.choose(game, mask)
            game.put(move)
        if log_probs:
            self.opt.zero_grad()
            (-score * torch.cat(log_probs).sum()).backward()
            self.opt.step()
        return score

    def enroll(self) -> None:
        self.roster.append(copy.deepcopy(self.learner.state_dict()))
        if len(self.roster) > self.capacity:
            self.roster.pop(random.randrange(1, len(self.roster) - 1))


if __name__ == "__main__":
    league = League()
    scores = []
    for k in range(1, 10001):
        scores.append(league.match())
        if k % 250 == 0:
            print(k, f"{np.mean(scores[-250:]):+.3f}")
            league.enroll()
    torch.save(league.learner.state_dict(), "nogo.pt")
