import math

import torch
import torch.nn as nn

JOINTS = 6
WRENCH = 6


class InsertionPolicy(nn.Module):
    """Joint velocities out of joint angles, joint speeds and the wrist wrench."""

    def __init__(self, units: int = 128):
        super().__init__()
        self.units = units
        self.enc = nn.Sequential(nn.Linear(2 * JOINTS + WRENCH, units), nn.ELU())
        self.rnn = nn.LSTM(units, units, batch_first=True)
        self.mean = nn.Linear(units, JOINTS)

    def forward(self, x, lstm_state):
        y, lstm_state = self.rnn(self.enc(x), lstm_state)
        return torch.tanh(self.mean(y[:, -1])), lstm_state

    def init_state(self):
        return torch.zeros(1, 1, self.units), torch.zeros(1, 1, self.units)


def load_bank(paths: dict) -> dict:
    bank = {}
    for name, path in paths.items():
        net = InsertionPolicy()
        net.load_state_dict(torch.load(path, map_location="cpu")["actor"])
        net.eval()
        for p in net.parameters():
            p.requires_grad_(False)
        bank[name] = net
    return bank


def scale(cmd, top_speed=math.radians(25)):
    return [float(v) * top_speed for v in cmd]
