import torch.nn as nn


class RecurrentQ(nn.Module):
    def __init__(self, obs_dim=126, actions=4, units=128):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs_dim, units), nn.ReLU())
        self.lstm = nn.LSTM(units, units, batch_first=True)
        self.adv = nn.Linear(units, actions)
        self.val = nn.Linear(units, 1)

    def forward(self, obs, hidden=None):
        x, hidden = self.lstm(self.body(obs), hidden)
        adv = self.adv(x)
        return self.val(x) + adv - adv.mean(-1, keepdim=True), hidden
