import torch
from torch import nn


class LinePolicy(nn.Module):
    """5 reflectance sensors + 2 wheel speeds -> 2 wheel commands."""

    def __init__(self, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(7, hidden, batch_first=True)
        self.out = nn.Sequential(nn.Linear(hidden, 16), nn.Tanh(), nn.Linear(16, 2), nn.Tanh())

    def initial_state(self):
        return torch.zeros(1, 1, self.hidden)

    def forward(self, sensors, state):
        y, state = self.gru(sensors, state)
        return self.out(y[:, -1]), state


def load_policy(path):
    ckpt = torch.load(path, map_location="cpu")
    policy = LinePolicy(ckpt["hidden"])
    policy.load_state_dict(ckpt["model"])
    policy.eval()
    return policy, ckpt.get("version", 0)
