import torch
from torch import nn


class GaitController(nn.Module):
    """LSTM gait controller whose memory lives inside the module for the span of one episode."""

    def __init__(self, n_sensors, n_motors, n_units=32):
        super().__init__()
        self.n_units = n_units
        self.core = nn.LSTMCell(n_sensors, n_units)
        self.motors = nn.Linear(n_units, n_motors)
        self.begin_episode()

    def begin_episode(self):
        self.h = torch.zeros(1, self.n_units)
        self.c = torch.zeros(1, self.n_units)

    def forward(self, sensors):
        self.h, self.c = self.core(sensors, (self.h, self.c))
        return torch.tanh(self.motors(self.h))

    def n_params(self):
        return sum(p.numel() for p in self.parameters())

    def set_flat(self, flat):
        i = 0
        with torch.no_grad():
            for p in self.parameters():
                n = p.numel()
                p.copy_(flat[i:i + n].view_as(p))
                i += n
