import torch
import torch.nn as nn


class GRUController:
    def __init__(self, n_agents, obs, acts, h=64):
        self.n, self.h = n_agents, h
        self.fc, self.gru, self.q = nn.Linear(obs, h), nn.GRUCell(h, h), nn.Linear(h, acts)
        self.hidden = None

    def parameters(self):
        for m in (self.fc, self.gru, self.q):
            yield from m.parameters()

    def init_hidden(self, b):
        self.hidden = torch.zeros(b * self.n, self.h)

    def step(self, obs):
        x = torch.relu(self.fc(obs)).view(-1, self.h)
        self.hidden = self.gru(x, self.hidden)
        return self.q(self.hidden).view(-1, self.n, self.q.out_features)
