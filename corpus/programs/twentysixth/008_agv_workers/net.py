import torch
from torch import nn


class AgvNet(nn.Module):
    def __init__(self, width: int = 64):
        super().__init__()
        self.rnn = nn.LSTM(8, width, batch_first=True)
        self.actor = nn.Linear(width, 5)
        self.critic = nn.Linear(width, 1)

    def forward(self, obs, hc=None):
        y, hc = self.rnn(obs, hc)
        return self.actor(y), self.critic(y)[..., 0], hc

    def initial(self):
        z = torch.zeros(1, 1, self.rnn.hidden_size)
        return z, z.clone()
