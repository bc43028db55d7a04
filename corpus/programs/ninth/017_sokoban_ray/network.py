import torch
from torch import nn


class DuelingLSTM(nn.Module):
    def __init__(self, n_channels, n_actions, size=10, width=256):
        super().__init__()
        self.width = width
        self.conv = nn.Sequential(
            nn.Conv2d(n_channels, 32, 3, padding=1), nn.ReLU(),
            nn.Conv2d(32, 32, 3, stride=2, padding=1), nn.ReLU(), nn.Flatten(),
        )
        feat = 32 * ((size + 1) // 2) ** 2
        self.lstm = nn.LSTM(feat, width, batch_first=True)
        self.adv = nn.Linear(width, n_actions)
        self.val = nn.Linear(width, 1)

    def forward(self, obs, state):
        b, t = obs.shape[:2]
        z = self.conv(obs.flatten(0, 1)).view(b, t, -1)
        y, state = self.lstm(z, state)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), state

    def zeros(self, batch=1):
        return torch.zeros(1, batch, self.width), torch.zeros(1, batch, self.width)
