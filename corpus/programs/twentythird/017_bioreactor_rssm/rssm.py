import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Independent, Normal


class RSSM(nn.Module):
    def __init__(self, obs, act, deter=200, stoch=30, hidden=200):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + act, hidden)
        self.gru = nn.GRUCell(hidden, deter)
        self.prior_net = nn.Sequential(nn.Linear(deter, hidden), nn.ELU(), nn.Linear(hidden, 2 * stoch))
        self.post_net = nn.Sequential(nn.Linear(deter + obs, hidden), nn.ELU(), nn.Linear(hidden, 2 * stoch))

    def initial(self, n=1):
        return {"deter": torch.zeros(n, self.deter), "stoch": torch.zeros(n, self.stoch)}

    @staticmethod
    def _dist(stats):
        mean, std = stats.chunk(2, -1)
        return Independent(Normal(mean, F.softplus(std) + 0.1), 1)

    def obs_step(self, state, action, obs):
        x = F.elu(self.inp(torch.cat([state["stoch"], action], -1)))
        deter = self.gru(x, state["deter"])
        post = self._dist(self.post_net(torch.cat([deter, obs], -1)))
        return {"deter": deter, "stoch": post.rsample()}

    def feat(self, state):
        return torch.cat([state["deter"], state["stoch"]], -1)


class WorldActor(nn.Module):
    def __init__(self, obs, act):
        super().__init__()
        self.rssm = RSSM(obs, act)
        n = self.rssm.deter + self.rssm.stoch
        self.actor = nn.Sequential(nn.Linear(n, 200), nn.ELU(), nn.Linear(200, act), nn.Tanh())

    def act(self, state):
        return self.actor(self.rssm.feat(state))
