import torch
import torch.nn as nn
from torch.distributions import Categorical


class BoatActor(nn.Module):
    def __init__(self, obs_dim, n_actions, hidden=64):
        super().__init__()
        self.base = nn.Sequential(nn.LayerNorm(obs_dim), nn.Linear(obs_dim, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.head = nn.Linear(hidden, n_actions)

    def forward(self, obs, h, masks):
        h = self.rnn(self.base(obs), h * masks)
        return Categorical(logits=self.head(h)), h


class BoatCritic(nn.Module):
    def __init__(self, state_dim, hidden=64):
        super().__init__()
        self.base = nn.Sequential(nn.LayerNorm(state_dim), nn.Linear(state_dim, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.v = nn.Linear(hidden, 1)

    def forward(self, s, h, masks):
        h = self.rnn(self.base(s), h * masks)
        return self.v(h).squeeze(-1), h


def evaluate(actor, critic, buf):
    ha, hc = buf["ha0"], buf["hc0"]
    logps, ents, values = [], [], []
    for obs, state, act, mask in zip(buf["obs"], buf["state"], buf["act"], buf["mask"]):
        dist, ha = actor(obs, ha, mask)
        v, hc = critic(state, hc, mask)
        logps.append(dist.log_prob(act))
        ents.append(dist.entropy())
        values.append(v)
    return torch.stack(logps), torch.stack(ents), torch.stack(values)
