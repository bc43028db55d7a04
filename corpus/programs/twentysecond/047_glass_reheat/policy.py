import torch
from torch import nn
from torch.distributions import Categorical

from glory_hole import GloryHole


class BlowerPolicy(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden_size = hidden
        self.inp = nn.Linear(GloryHole.N_OBS, hidden)
        self.cell = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, GloryHole.N_ACT)
        self.baseline = nn.Linear(hidden, 1)
        self.init_hidden()

    def init_hidden(self):
        self.h = torch.zeros(1, self.hidden_size)
        self.c = torch.zeros(1, self.hidden_size)

    def forward(self, obs):
        x = torch.relu(self.inp(torch.tensor([obs])))
        self.h, self.c = self.cell(x, (self.h, self.c))
        return Categorical(logits=self.pi(self.h)), self.baseline(self.h)[0, 0]
