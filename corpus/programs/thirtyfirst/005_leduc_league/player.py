import torch
from torch import nn

from leduc import OBS


class CardNet(nn.Module):
    def __init__(self, width=96):
        super().__init__()
        self.width = width
        self.read = nn.Linear(OBS, width)
        self.lstm = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, 3)
        self.v = nn.Linear(width, 1)

    def forward(self, obs, hc):
        h, c = self.lstm(torch.relu(self.read(obs)), hc)
        return self.pi(h), self.v(h), (h, c)


class Player:
    def __init__(self, width=96):
        self.net = CardNet(width)
        self.sit_down()

    def sit_down(self):
        z = torch.zeros(1, self.net.width)
        self.hc = (z, z.clone())
        self.trace = []

    def act(self, view, legal, learn=False):
        with torch.set_grad_enabled(learn):
            logits, value, self.hc = self.net(torch.tensor([view]), self.hc)
            logits = logits.masked_fill(~torch.tensor([legal]), -1e9)
            pi = torch.distributions.Categorical(logits=logits)
            a = pi.sample()
        if learn:
            self.trace.append((pi.log_prob(a), value.squeeze(), pi.entropy()))
        return a.item()
