from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Latent:
    deter: torch.Tensor
    stoch: torch.Tensor

    @property
    def feat(self):
        return torch.cat([self.deter, self.stoch], -1)


class RSSM(nn.Module):
    def __init__(self, embed, act, deter=200, stoch=30):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, deter)
        self.gru = nn.GRUCell(deter, deter)
        self.post = nn.Linear(deter + embed, 2 * stoch)

    def initial(self, n=1):
        return Latent(torch.zeros(n, self.deter), torch.zeros(n, self.stoch))

    def observe(self, prev, action, embed):
        x = F.elu(self.inp(torch.cat([prev.stoch, action], -1)))
        deter = self.gru(x, prev.deter)
        mean, std = self.post(torch.cat([deter, embed], -1)).chunk(2, -1)
        stoch = mean + (F.softplus(std) + 0.1) * torch.randn_like(std)
        return Latent(deter, stoch)


class RoverModel(nn.Module):
    def __init__(self, obs_dim=64, act_dim=3):
        super().__init__()
        self.act_dim = act_dim
        self.encoder = nn.Sequential(nn.Linear(obs_dim, 128), nn.ELU(), nn.Linear(128, 128))
        self.rssm = RSSM(128, act_dim)
        self.actor = nn.Sequential(nn.Linear(230, 128), nn.ELU(), nn.Linear(128, act_dim), nn.Tanh())
