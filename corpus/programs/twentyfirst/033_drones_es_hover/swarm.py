import torch
import torch.nn as nn


class DroneBrain(nn.Module):
    """Shared by all drones, one hidden row per drone."""

    def __init__(self, n_drones, n_in=9, n_hid=24):
        super().__init__()
        self.n_drones = n_drones
        self.rnn = nn.GRUCell(n_in, n_hid)
        self.out = nn.Linear(n_hid, 3)
        self.hid = torch.zeros(n_drones, n_hid)

    def forward(self, x):
        self.hid = self.rnn(x, self.hid)
        return torch.tanh(self.out(self.hid))


class LightShow:
    """Point-mass drones that chase slots of an endlessly morphing figure."""

    def __init__(self, n, dt=0.05):
        self.n, self.dt = n, dt
        self.pos = torch.randn(n, 3)
        self.vel = torch.zeros(n, 3)
        self.clock = 0.0
        self.phase = torch.linspace(0, 6.283, n + 1)[:-1]

    def slots(self):
        a = self.phase + 0.3 * self.clock
        k = torch.sin(torch.tensor(0.07 * self.clock))
        return torch.stack([(4 + k) * torch.cos(a), (4 - k) * torch.sin(a), 10 + 2 * torch.sin(2 * a)], 1)

    def observe(self):
        wind = 0.2 * torch.randn(self.n, 3)
        return torch.cat([self.slots() - self.pos, self.vel, wind], 1)

    def step(self, acc):
        self.vel = 0.97 * self.vel + self.dt * 4 * acc
        self.pos = self.pos + self.dt * self.vel + 0.01 * torch.randn(self.n, 3)
        self.clock += self.dt
        err = (self.slots() - self.pos).norm(dim=1)
        d = torch.cdist(self.pos, self.pos) + 10 * torch.eye(self.n)
        crowd = (d < 0.5).float().sum() / self.n
        return -(err.mean() + 2 * crowd).item()
