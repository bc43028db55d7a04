import torch
from torch import nn

from rssm import Belief, WorldModel


class MoraineAgent:
    """Dreamer-like agent that chooses the sampling rate of a sensor station on a moraine."""

    def __init__(self, obs_dim, act_dim, horizon=12, gamma=0.98):
        self.wm = WorldModel(obs_dim, act_dim)
        self.actor = nn.Sequential(nn.Linear(self.wm.feat, 64), nn.ELU(), nn.Linear(64, act_dim), nn.Tanh())
        self.wm_opt = torch.optim.Adam(self.wm.parameters(), 6e-4)
        self.actor_opt = torch.optim.Adam(self.actor.parameters(), 1e-4)
        self.act_dim, self.horizon, self.gamma = act_dim, horizon, gamma
        self.begin()

    def begin(self):
        self.belief = self.wm.rssm.initial(1)
        self.prev = torch.zeros(1, self.act_dim)

    @torch.no_grad()
    def act(self, obs, noise=0.2):
        self.belief, _, _ = self.wm.rssm.observe(self.belief, self.prev, obs.unsqueeze(0))
        a = self.actor(self.belief.feat)
        self.prev = (a + noise * torch.randn_like(a)).clamp(-1, 1)
        return self.prev[0]

    def learn(self, obs, prev_act, rew):
        loss, beliefs = self.wm.loss(obs, prev_act, rew)
        self.wm_opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.wm.parameters(), 100)
        self.wm_opt.step()

        b = Belief(
            torch.cat([x.deter.detach() for x in beliefs]),
            torch.cat([x.stoch.detach() for x in beliefs]),
        )
        value = 0.0
        for k in range(self.horizon):
            b, _ = self.wm.rssm.imagine(b, self.actor(b.feat))
            value = value + self.gamma**k * self.wm.reward(b.feat).mean()
        self.actor_opt.zero_grad()
        (-value).backward()
        self.actor_opt.step()
        return loss.item(), value.item()
