from typing import Dict, List
import copy

import torch
from torch import nn


class Stroke(nn.Module):
    def __init__(self, n_obs: int, n_act: int, h: int = 48):
        super().__init__()
        self.gru = nn.GRUCell(n_obs, h)
        self.mu = nn.Linear(h, n_act)
        self.h = h

    def forward(self, o, s):
        s = self.gru(o, s)
        return torch.tanh(self.mu(s)), s


class Team:
    """Both players of a mixed pair share one network."""

    def __init__(self, names: List[str], n_obs=8, n_act=2):
        self.names = names
        self.net = Stroke(n_obs, n_act)
        self.states: Dict[str, torch.Tensor] = {}
        self.reset_states()

    def reset_states(self):
        self.states = {n: torch.zeros(1, self.net.h) for n in self.names}

    @torch.no_grad()
    def play(self, obs: Dict[str, torch.Tensor]):
        out = {}
        for n in self.names:
            out[n], self.states[n] = self.net(obs[n], self.states[n])
        return out

    def mutated(self, sigma):
        weights = copy.deepcopy(self.net.state_dict())
        for k in weights:
            weights[k] += sigma * torch.randn_like(weights[k])
        return weights

    def swap(self, weights):
        self.net.load_state_dict(weights)
        self.reset_states()
