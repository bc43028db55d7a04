import random

import numpy as np
import torch

from .nets import Goalie


class GoaliePool:
    """The goalie is replaced by one of the stored goalies in the middle of everything."""

    def __init__(self):
        self.net = Goalie()
        self.trainee = Goalie()
        self.opt = torch.optim.Adam(self.trainee.parameters(), lr=1e-3)
        self.store = []

    @torch.no_grad()
    def act(self, obs):
        logits = self.net(torch.as_tensor(obs))
        return torch.distributions.Categorical(logits=logits).sample().numpy()

    def fit(self, obs, act, gain):
        lp = torch.distributions.Categorical(logits=self.trainee(obs)).log_prob(act)
        loss = -(lp * (gain - gain.mean())).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    def remember(self):
        self.store.append({k: v.clone() for k, v in self.trainee.state_dict().items()})

    def substitute(self):
        weights = self.store[-1] if random.random() < 0.5 else random.choice(self.store)
        self.net.load_state_dict(weights)

    def distance(self):
        return float(np.mean([(a - b).abs().mean().item() for a, b in zip(self.net.parameters(), self.trainee.parameters())]))
