import torch
import torch.nn as nn


class PickerPolicy(nn.Module):
    def __init__(self, obs_size: int, act_size: int, hidden_size: int = 128):
        super().__init__()
        self.hidden_size = hidden_size
        self.body = nn.Sequential(nn.Linear(obs_size, hidden_size), nn.ReLU())
        self.rnn = nn.LSTMCell(hidden_size, hidden_size)
        self.logits = nn.Linear(hidden_size, act_size)
        self.value = nn.Linear(hidden_size, 1)

    def forward(self, obs, hc):
        h, c = self.rnn(self.body(obs), hc)
        return self.logits(h), self.value(h), (h, c)
