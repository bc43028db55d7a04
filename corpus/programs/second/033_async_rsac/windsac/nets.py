import torch
from torch import nn
from torch.distributions import Normal


class Actor(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.gru = nn.GRU(obs_dim, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 2 * act_dim)

    def forward(self, obs, h):
        y, h = self.gru(obs, h)
        mu, log_std = self.head(y).chunk(2, -1)
        return mu, log_std.clamp(-5, 2), h

    def sample(self, obs, h):
        mu, log_std, h = self(obs, h)
        dist = Normal(mu, log_std.exp())
        u = dist.rsample()
        a = torch.tanh(u)
        logp = (dist.log_prob(u) - torch.log(1 - a.pow(2) + 1e-6)).sum(-1, keepdim=True)
        return a, logp, h


class Critic(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden=96):
        super().__init__()
        self.gru = nn.GRU(obs_dim + act_dim, hidden, batch_first=True)
        self.q = nn.Linear(hidden, 1)

    def forward(self, obs, act):
        y, _ = self.gru(torch.cat([obs, act], -1))
        return self.q(y)
