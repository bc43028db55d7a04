import torch
from torch import nn

N_FEATURES = 18
N_ACTIONS = 9


class NpcBrain(nn.Module):
    def __init__(self, hidden: int = 128):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Sequential(nn.Linear(N_FEATURES, hidden), nn.ELU())
        self.rnn = nn.LSTM(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, N_ACTIONS)

    def fresh_memory(self):
        return torch.zeros(1, 1, self.hidden), torch.zeros(1, 1, self.hidden)

    def forward(self, features, memory):
        x = self.embed(features)
        y, memory = self.rnn(x, memory)
        return self.out(y[:, -1]), memory
