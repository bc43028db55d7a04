import torch
import torch.nn as nn
import torch.nn.functional as F


class RSSM(nn.Module):
    def __init__(self, obs_dim=10, act_dim=2, deter=200, stoch=16, classes=16):
        super().__init__()
        self.deter, self.stoch, self.classes = deter, stoch, classes
        z = stoch * classes
        self.pre = nn.Sequential(nn.Linear(z + act_dim, deter), nn.ELU())
        self.gru = nn.GRUCell(deter, deter)
        self.post = nn.Sequential(nn.Linear(deter + obs_dim, 200), nn.ELU(), nn.Linear(200, z))

    def initial(self, batch=1):
        return {"h": torch.zeros(batch, self.deter), "z": torch.zeros(batch, self.stoch * self.classes)}

    def observe(self, prev, action, obs):
        h = self.gru(self.pre(torch.cat([prev["z"], action], -1)), prev["h"])
        logit = self.post(torch.cat([h, obs], -1)).view(-1, self.stoch, self.classes)
        idx = torch.distributions.Categorical(logits=logit).sample()
        return {"h": h, "z": F.one_hot(idx, self.classes).float().flatten(1)}


class Paddler(nn.Module):
    """World model and actor of one river class."""

    def __init__(self):
        super().__init__()
        self.rssm = RSSM()
        self.actor = nn.Sequential(nn.Linear(200 + 256, 200), nn.ELU(), nn.Linear(200, 2), nn.Tanh())

    def act(self, state):
        return self.actor(torch.cat([state["h"], state["z"]], -1))
