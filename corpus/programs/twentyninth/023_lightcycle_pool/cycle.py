import numpy as np
import torch
import torch.nn as nn


class CycleNet(nn.Module):
    def __init__(self, n_sight=49, n_mem=64):
        super().__init__()
        self.eye = nn.Sequential(nn.Linear(n_sight, 64), nn.Tanh())
        self.mem = nn.GRUCell(64, n_mem)
        self.turn = nn.Linear(n_mem, 3)
        self.n_mem = n_mem

    def forward(self, sight, m):
        m = self.mem(self.eye(sight), m)
        return torch.distributions.Categorical(logits=self.turn(m)), m


class Cyclist:
    def __init__(self, net=None):
        self.net = net or CycleNet()
        self.mount()

    def mount(self):
        self.m = torch.zeros(1, self.net.n_mem)
        self.logps = []

    def turn(self, sight, record=False):
        with torch.set_grad_enabled(record):
            dist, self.m = self.net(torch.from_numpy(sight.astype(np.float32))[None], self.m)
            a = dist.sample()
            if record:
                self.logps.append(dist.log_prob(a))
        return int(a)
