import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Normal


class RSSM(nn.Module):
    def __init__(self, obs_dim, act_dim, deter=128, stoch=16, hidden=128):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act_dim, hidden)
        self.gru = nn.GRUCell(hidden, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, hidden), nn.ELU(), nn.Linear(hidden, 2 * stoch))
        self.post_net = nn.Sequential(nn.Linear(deter + hidden, hidden), nn.ELU(),
                                      nn.Linear(hidden, 2 * stoch))
        self.encoder = nn.Sequential(nn.Linear(obs_dim, hidden), nn.ELU())

    def initial(self, batch):
        return {"deter": torch.zeros(batch, self.deter), "stoch": torch.zeros(batch, self.stoch)}

    def obs_step(self, prev, action, obs):
        x = F.elu(self.inp(torch.cat([prev["stoch"], action], -1)))
        deter = self.gru(x, prev["deter"])
        mean, std = self.post_net(torch.cat([deter, self.encoder(obs)], -1)).chunk(2, -1)
        stoch = Normal(mean, F.softplus(std) + 0.1).rsample()
        return {"deter": deter, "stoch": stoch}

    def img_step(self, prev, action):
        x = F.elu(self.inp(torch.cat([prev["stoch"], action], -1)))
        deter = self.gru(x, prev["deter"])
        mean, std = self.prior_net(deter).chunk(2, -1)
        return {"deter": deter, "stoch": Normal(mean, F.softplus(std) + 0.1).rsample()}


class WorldModel(nn.Module):
    def __init__(self, obs_dim, act_dim):
        super().__init__()
        self.act_dim = act_dim
        self.rssm = RSSM(obs_dim, act_dim)
        feat = self.rssm.deter + self.rssm.stoch
        self.reward = nn.Sequential(nn.Linear(feat, 64), nn.ELU(), nn.Linear(64, 1))

    def score(self, state):
        return self.reward(torch.cat([state["deter"], state["stoch"]], -1)).squeeze(-1)
