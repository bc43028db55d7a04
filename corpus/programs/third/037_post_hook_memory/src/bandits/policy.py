import torch
from torch import nn
from torch.distributions import Categorical

from .memory import Memory


class MetaPolicy(nn.Module):
    def __init__(self, arms: int, hidden: int = 48):
        super().__init__()
        self.memory = Memory(arms + 1, hidden)
        self.logits = nn.Linear(hidden, arms)
        self.value = nn.Linear(hidden, 1)

    def forward(self, last_action_onehot, last_reward):
        z = self.memory(torch.cat([last_action_onehot, last_reward.unsqueeze(-1)], -1))
        return Categorical(logits=self.logits(z)), self.value(z).squeeze(-1)
