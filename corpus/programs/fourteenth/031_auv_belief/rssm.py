import torch
import torch.nn as nn
from torch.distributions import Normal


class RSSM(nn.Module):
    def __init__(self, obs_dim=12, act_dim=3, deter=128, stoch=16):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.embed = nn.Sequential(nn.Linear(obs_dim, 128), nn.ELU(), nn.Linear(128, 128))
        self.cell = nn.GRUCell(stoch + act_dim, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + 128, 2 * stoch)

    def initial(self, batch=1):
        return {"deter": torch.zeros(batch, self.deter), "stoch": torch.zeros(batch, self.stoch)}

    @staticmethod
    def _sample(params):
        mean, std = params.chunk(2, -1)
        return Normal(mean, nn.functional.softplus(std) + 0.1).rsample()

    def step(self, state, action, obs=None):
        deter = self.cell(torch.cat([state["stoch"], action], -1), state["deter"])
        if obs is None:
            stoch = self._sample(self.prior(deter))
        else:
            stoch = self._sample(self.post(torch.cat([deter, self.embed(obs)], -1)))
        return {"deter": deter, "stoch": stoch}


class Pilot(nn.Module):
    def __init__(self, rssm: RSSM, act_dim=3):
        super().__init__()
        self.rssm = rssm
        self.actor = nn.Sequential(nn.Linear(rssm.deter + rssm.stoch, 128), nn.ELU(), nn.Linear(128, act_dim), nn.Tanh())

    def act(self, state):
        return self.actor(torch.cat([state["deter"], state["stoch"]], -1))
