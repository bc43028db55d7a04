from typing import Optional

import torch
from torch import nn


class RunningMeanStd(nn.Module):
    def __init__(self, n):
        super().__init__()
        self.register_buffer("running_mean", torch.zeros(n, dtype=torch.float64))
        self.register_buffer("running_var", torch.ones(n, dtype=torch.float64))
        self.register_buffer("count", torch.ones((), dtype=torch.float64))

    def forward(self, x):
        if self.training:
            m, v, n = x.mean(0), x.var(0, unbiased=False), x.shape[0]
            d, tot = m - self.running_mean, self.count + n
            self.running_mean = self.running_mean + d * n / tot
            self.running_var = (self.running_var * self.count + v * n) / tot
            self.count = tot
        return ((x - self.running_mean) / (self.running_var + 1e-5).sqrt()).float()


class MemoryPolicy(nn.Module):
    hidden: Optional[torch.Tensor]

    def __init__(self, n_obs, n_act, width=128):
        super().__init__()
        self.rms = RunningMeanStd(n_obs)
        self.cell = nn.GRUCell(n_obs, width)
        self.out = nn.Linear(width, n_act)
        self.width = width
        # moves with .to(device), must not end up in checkpoints
        self.register_buffer("hidden", torch.zeros(1, width), persistent=False)
        self.register_buffer("act_scale", torch.full((n_act,), 0.5))

    def start(self, n):
        self.hidden = self.hidden.new_zeros(n, self.width)

    def done(self, d):
        self.hidden = self.hidden * (~d).unsqueeze(-1)

    def forward(self, obs):
        self.hidden = self.cell(self.rms(obs), self.hidden)
        return torch.tanh(self.out(self.hidden)) * self.act_scale
