import torch
import torch.nn as nn


class GruActorCritic(nn.Module):
    def __init__(self, obs, act, hidden):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(obs, hidden), nn.ELU())
        self.gru = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, act)
        self.critic = nn.Linear(hidden, 1)

    def step(self, x, h):
        h = self.gru(self.embed(x), h)
        return self.actor(h), self.critic(h).squeeze(-1), h

    def unroll(self, xs, dones, h):
        logits, values = [], []
        for x, d in zip(xs, dones):
            l, v, h = self.step(x, h)
            h = h * (1 - d).unsqueeze(-1)
            logits.append(l)
            values.append(v)
        return torch.stack(logits), torch.stack(values)
