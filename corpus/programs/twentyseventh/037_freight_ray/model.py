import torch
import torch.nn as nn


class DispatchNet(nn.Module):
    def __init__(self, obs_dim=9, n_actions=4, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.body = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ELU())
        self.gru = nn.GRUCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_actions)
        self.v = nn.Linear(hidden, 1)

    def initial(self, batch):
        return torch.zeros(batch, self.hidden)

    def step(self, obs, hx):
        hx = self.gru(self.body(obs), hx)
        return self.pi(hx), self.v(hx).squeeze(-1), hx
