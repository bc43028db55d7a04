import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical


def ortho(layer: nn.Linear, gain: float = np.sqrt(2)) -> nn.Linear:
    nn.init.orthogonal_(layer.weight, gain)
    nn.init.zeros_(layer.bias)
    return layer


class Skier(nn.Module):
    def __init__(self, obs_dim: int, n_actions: int, hidden: int = 64):
        super().__init__()
        self.encoder = nn.Sequential(ortho(nn.Linear(obs_dim, hidden)), nn.Tanh())
        self.gru = nn.GRUCell(hidden, hidden)
        self.actor = ortho(nn.Linear(hidden, n_actions), 0.01)
        self.critic = ortho(nn.Linear(hidden, 1), 1.0)

    def core(self, obs, h, first):
        """``first`` is 1 for rows where an episode begins; the memory of those rows is emptied."""
        h = h * (1.0 - first).unsqueeze(-1)
        return self.gru(self.encoder(obs), h)

    def step(self, obs, h, first):
        h = self.core(obs, h, first)
        dist = Categorical(logits=self.actor(h))
        action = dist.sample()
        return action, dist.log_prob(action), self.critic(h).squeeze(-1), h

    def unroll(self, obs, actions, h, firsts):
        logps, values, ents = [], [], []
        for o, a, f in zip(obs, actions, firsts):
            h = self.core(o, h, f)
            dist = Categorical(logits=self.actor(h))
            logps.append(dist.log_prob(a))
            ents.append(dist.entropy())
            values.append(self.critic(h).squeeze(-1))
        return torch.stack(logps), torch.stack(values), torch.stack(ents)
