import torch
import torch.nn as nn


class LSTMActorCritic(nn.Module):
    def __init__(self, obs_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.embed = nn.Sequential(nn.Linear(obs_dim, width), nn.Tanh())
        self.core = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, x, hx, cx):
        hx, cx = self.core(self.embed(x), (hx, cx))
        return self.pi(hx), self.v(hx).squeeze(-1), hx, cx
