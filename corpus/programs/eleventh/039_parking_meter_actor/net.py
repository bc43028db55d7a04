import torch.nn as nn


class DuelingLSTM(nn.Module):
    def __init__(self, obs=3, actions=5, hidden=64):
        super().__init__()
        self.lstm = nn.LSTM(obs, hidden, batch_first=True)
        self.adv = nn.Linear(hidden, actions)
        self.val = nn.Linear(hidden, 1)

    def forward(self, x, hc=None):
        y, hc = self.lstm(x, hc)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), hc
