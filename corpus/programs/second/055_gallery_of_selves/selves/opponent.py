import torch
from torch.distributions import Categorical

from .net import SelfNet


class FormerSelf:
    def __init__(self, obs_dim, n_actions, n):
        self.net = SelfNet(obs_dim, n_actions).eval()
        self.n = n
        self.step = 0
        self.hc = self.net.initial(n)

    def impersonate(self, step, weights):
        self.net.load_state_dict(weights)
        self.hc = self.net.initial(self.n)
        self.step = step

    @torch.no_grad()
    def act(self, obs):
        logits, _, self.hc = self.net(torch.as_tensor(obs), self.hc)
        return Categorical(logits=logits).sample()

    def ended(self, i):
        for x in self.hc:
            x[i] = 0.0
