from collections import namedtuple

import torch
from torch import nn

AgentOut = namedtuple("AgentOut", "action logits value")


class Agent(nn.Module):
    def __init__(self, num_actions, obs=256):
        super().__init__()
        self.torso = nn.Sequential(nn.Linear(obs, 256), nn.ReLU())
        self.core = nn.LSTMCell(256, 256)
        self.head = nn.Linear(256, num_actions + 1)

    def forward(self, obs, done, hx, cx):
        nd = (~done).float().unsqueeze(-1)
        hx, cx = self.core(self.torso(obs), (hx * nd, cx * nd))
        out = self.head(hx)
        logits, v = out[:, :-1], out[:, -1]
        return AgentOut(torch.distributions.Categorical(logits=logits).sample(), logits, v), hx, cx
