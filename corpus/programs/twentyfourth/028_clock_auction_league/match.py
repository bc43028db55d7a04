from __future__ import annotations

import numpy as np
import torch

from policy import Bidder


class Match:
    """Two teams spend their thinking time in sealed bids for board squares."""

    def __init__(self, budget: float = 180.0, squares: int = 64, seed: int = 1):
        self.budget, self.squares = budget, squares
        self.rng = np.random.default_rng(seed)
        self.agents = {"north": Bidder(), "south": Bidder()}
        self.hidden = {team: None for team in self.agents}
        self.champion_name = "self"
        self.deal()

    def deal(self):
        self.time = {"north": self.budget, "south": self.budget}
        self.owned = {"north": 0, "south": 0}
        self.todo = self.squares
        for team in self.hidden:
            self.hidden[team] = None

    def seat(self, team: str, name: str, weights: dict):
        """Put another player in a chair; the position on the board stays."""
        self.agents[team].load_state_dict(weights)
        self.hidden[team] = None
        self.champion_name = name

    def view(self, team: str) -> torch.Tensor:
        other = "south" if team == "north" else "north"
        return torch.tensor([
            self.time[team] / self.budget,
            self.time[other] / self.budget,
            (self.owned[team] - self.owned[other]) / self.squares,
            self.todo / self.squares,
        ], dtype=torch.float32)

    def play_square(self):
        bids, logps = {}, {}
        for team, net in self.agents.items():
            with torch.set_grad_enabled(team == "north"):
                logits, self.hidden[team] = net(self.view(team), self.hidden[team])
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            logps[team] = dist.log_prob(a)
            bids[team] = min(float(a), self.time[team])
        reward = 0.0
        if bids["north"] != bids["south"]:
            winner = "north" if bids["north"] > bids["south"] else "south"
            self.time[winner] -= bids[winner]
            self.owned[winner] += 1
            reward = 1.0 if winner == "north" else -1.0
        self.todo -= 1
        over = self.todo == 0
        return logps["north"], reward, over

    def cut_gradient(self):
        for team, s in self.hidden.items():
            if s is not None:
                self.hidden[team] = tuple(t.detach() for t in s)
