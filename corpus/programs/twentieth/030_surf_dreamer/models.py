import torch
import torch.nn as nn
from torch.distributions import Independent, Normal


class RSSM(nn.Module):
    def __init__(self, obs, act, deter=128, stoch=16, hid=128):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, hid)
        self.gru = nn.GRUCell(hid, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, hid), nn.ELU(), nn.Linear(hid, 2 * stoch))
        self.post_net = nn.Sequential(nn.Linear(deter + obs, hid), nn.ELU(), nn.Linear(hid, 2 * stoch))

    def initial(self, n):
        return torch.zeros(n, self.deter), torch.zeros(n, self.stoch)

    @staticmethod
    def dist(p):
        mean, std = p.chunk(2, -1)
        return Independent(Normal(mean, nn.functional.softplus(std) + 0.1), 1)

    def img_step(self, state, action):
        h, z = state
        h = self.gru(torch.relu(self.inp(torch.cat([z, action], -1))), h)
        prior = self.dist(self.prior_net(h))
        return (h, prior.rsample()), prior

    def obs_step(self, state, action, obs):
        (h, _), prior = self.img_step(state, action)
        post = self.dist(self.post_net(torch.cat([h, obs], -1)))
        return (h, post.rsample()), post, prior


class Agent(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.rssm = RSSM(obs, act)
        feat = self.rssm.deter + self.rssm.stoch
        self.decoder = nn.Sequential(nn.Linear(feat, 128), nn.ELU(), nn.Linear(128, obs))
        self.reward = nn.Sequential(nn.Linear(feat, 128), nn.ELU(), nn.Linear(128, 1))
        self.actor = nn.Sequential(nn.Linear(feat, 128), nn.ELU(), nn.Linear(128, act), nn.Tanh())

    def act(self, state):
        return self.actor(torch.cat(state, -1))
