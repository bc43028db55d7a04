import torch
import torch.nn as nn
import torch.nn.functional as F


class TagNet(nn.Module):
    def __init__(self):
        super(TagNet, self).__init__()
        self.fc1 = nn.Linear(6, 32)
        self.gru = nn.GRUCell(32, 32)
        self.fc2 = nn.Linear(32, 5)

    def forward(self, x, h):
        x = F.relu(self.fc1(x))
        h = self.gru(x, h)
        return F.softmax(self.fc2(h), dim=-1), h
