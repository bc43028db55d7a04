import torch
import torch.nn as nn
import torch.nn.functional as F


class Placer(nn.Module):
    def __init__(self, dim, cells, width=128):
        super().__init__()
        self.width = width
        self.fc = nn.Linear(dim, width)
        self.lstm = nn.LSTMCell(width, width)
        self.actor = nn.Linear(width, cells)
        self.critic = nn.Linear(width, 1)

    def forward(self, x, hx, cx, taken):
        hx, cx = self.lstm(F.relu(self.fc(x)), (hx, cx))
        logits = self.actor(hx).masked_fill(taken > 0, -1e9)
        return logits, self.critic(hx), hx, cx
