import math

import torch
import torch.nn as nn


class LeakyRNN(nn.Module):
    """tau dr/dt = -r + f(J r + B u + b), Euler step dt"""

    def __init__(self, n_in=3, n_rec=100, n_out=2, tau=100.0, dt=20.0, g=1.2, noise=0.05):
        super().__init__()
        self.alpha = dt / tau
        self.noise = noise
        self.J = nn.Parameter(g * torch.randn(n_rec, n_rec) / math.sqrt(n_rec))
        self.B = nn.Parameter(torch.randn(n_rec, n_in) / math.sqrt(n_in))
        self.b = nn.Parameter(torch.zeros(n_rec))
        self.W = nn.Linear(n_rec, n_out)
        self.register_buffer("r", torch.zeros(1, n_rec))

    def begin_trial(self):
        self.r = torch.zeros_like(self.r)

    def forward(self, u):
        drive = self.r @ self.J.t() + u @ self.B.t() + self.b
        drive = drive + self.noise * math.sqrt(2.0 / self.alpha) * torch.randn_like(drive)
        self.r = (1 - self.alpha) * self.r + self.alpha * torch.relu(drive)
        return self.W(self.r)
