import torch
import torch.nn as nn
import torch.nn.functional as F


class RSSM(nn.Module):
    """Recurrent state-space model: deterministic path (deter) and Gaussian latent (stoch)."""

    def __init__(self, obs_dim, act_dim, deter=200, stoch=30, hidden=200):
        super().__init__()
        self.deter_size, self.stoch_size, self.act_dim = deter, stoch, act_dim
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ELU(), nn.Linear(hidden, hidden), nn.ELU())
        self.pre_gru = nn.Linear(stoch + act_dim, hidden)
        self.gru = nn.GRUCell(hidden, deter)
        self.posterior = nn.Linear(deter + hidden, 2 * stoch)

    def observe(self, obs, prev_action, deter, stoch):
        x = F.elu(self.pre_gru(torch.cat([stoch, prev_action], dim=-1)))
        deter = self.gru(x, deter)
        mean, std = self.posterior(torch.cat([deter, self.encoder(obs)], dim=-1)).chunk(2, dim=-1)
        stoch = mean + (F.softplus(std) + 0.1) * torch.randn_like(mean)
        return deter, stoch


class ActorHead(nn.Module):
    def __init__(self, feat_dim, act_dim, hidden=200):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(feat_dim, hidden), nn.ELU(), nn.Linear(hidden, act_dim))

    def forward(self, feat):
        return torch.tanh(self.net(feat))
