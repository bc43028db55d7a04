import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical


def check(x):
    return torch.from_numpy(x).float() if isinstance(x, np.ndarray) else x


class RNNLayer(nn.Module):
    def __init__(self, dim):
        super().__init__()
        self.gru = nn.GRU(dim, dim)
        self.norm = nn.LayerNorm(dim)

    def forward(self, x, hxs, masks):
        # x: (T, N, dim), hxs: (N, dim), masks: (T, N, 1)
        outs = []
        for t in range(x.size(0)):
            y, h = self.gru(x[t : t + 1], (hxs * masks[t]).unsqueeze(0).contiguous())
            hxs = h.squeeze(0)
            outs.append(y)
        return self.norm(torch.cat(outs)), hxs


class R_Actor(nn.Module):
    def __init__(self, obs_dim, n_actions, dim=64):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(obs_dim, dim), nn.ReLU())
        self.rnn = RNNLayer(dim)
        self.pi = nn.Linear(dim, n_actions)

    def forward(self, obs, hxs, masks):
        y, hxs = self.rnn(self.base(check(obs)), check(hxs), check(masks))
        return Categorical(logits=self.pi(y)), hxs


class R_Critic(nn.Module):
    def __init__(self, share_dim, dim=64):
        super().__init__()
        self.base = nn.Sequential(nn.Linear(share_dim, dim), nn.ReLU())
        self.rnn = RNNLayer(dim)
        self.v = nn.Linear(dim, 1)

    def forward(self, share_obs, hxs, masks):
        y, hxs = self.rnn(self.base(check(share_obs)), check(hxs), check(masks))
        return self.v(y), hxs
