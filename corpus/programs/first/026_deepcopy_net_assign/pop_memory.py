import copy
import logging
import random
from typing import List

import numpy as np
import torch
import torch.nn as nn

logger = logging.getLogger(__name__)


class ActorCriticGRU(nn.Module):
    def __init__(self, in_dim, n_actions, width=64):
        super().__init__()
        self.gru = nn.GRU(in_dim, width)
        self.actor = nn.Linear(width, n_actions)
        self.critic = nn.Linear(width, 1)

    def forward(self, x, h):
        y, h = self.gru(x, h)
        return self.actor(y), self.critic(y), h


class Learner:
    def __init__(self, uid, env, hp):
        self.uid, self.env, self.hp = uid, env, hp
        self.net = ActorCriticGRU(env.obs_size, env.n_actions)
        self.optimizer = torch.optim.RMSprop(self.net.parameters(), lr=hp["lr"])
        self.hidden = None
        self.obs = env.reset()
        self.ema_return = 0.0

    def iterate(self):
        out = []
        for _ in range(self.hp["unroll"]):
            x = torch.as_tensor(self.obs, dtype=torch.float32).view(1, self.env.n, -1)
            pi, v, self.hidden = self.net(x, self.hidden)
            dist = torch.distributions.Categorical(logits=pi[0])
            a = dist.sample()
            self.obs, r, done = self.env.step(a.tolist())
            out.append((dist.log_prob(a), v[0, :, 0], torch.as_tensor(r)))
            self.hidden = self.hidden * (~torch.as_tensor(done)).float().view(1, -1, 1)
        self._backward(out)
        self.hidden = self.hidden.detach()

    def _backward(self, out):
        ret = torch.zeros(self.env.n)
        loss = 0.0
        for lp, v, r in reversed(out):
            ret = r + self.hp["gamma"] * ret
            adv = ret - v
            loss += (-(lp * adv.detach()) + 0.5 * adv**2).mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 40.0)
        self.optimizer.step()
        self.ema_return = 0.99 * self.ema_return + 0.01 * float(ret.mean())

    def inherit(self, parent: "Learner"):
        """take everything from a better learner"""
        self.net = copy.deepcopy(parent.net)
        self.hp = {k: v * random.choice([0.8, 1.2]) if k == "lr" else v for k, v in parent.hp.items()}
        self.optimizer = torch.optim.RMSprop(self.net.parameters(), lr=self.hp["lr"])
        self.ema_return = parent.ema_return


class Population:
    def __init__(self, learners: List[Learner]):
        self.learners = learners

    def step(self):
        for l in self.learners:
            l.iterate()

    def select(self):
        ls = sorted(self.learners, key=lambda l: l.ema_return)
        worst, best = ls[0], ls[-1]
        if best.ema_return - worst.ema_return > 0.1 * abs(best.ema_return):
            logger.info("%s <- %s (%.2f -> %.2f)", worst.uid, best.uid, worst.ema_return, best.ema_return)
            worst.inherit(best)


def main():
    from tmaze import VecTMaze

    logging.basicConfig(level=logging.INFO)
    np.random.seed(0)
    pop = Population([Learner(f"L{i}", VecTMaze(16, seed=i), {"lr": 10 ** random.uniform(-4, -2), "unroll": 20, "gamma": 0.98}) for i in range(6)])
    for i in range(100_000):
        pop.step()
        if i % 1000 == 999:
            pop.select()


if __name__ == "__main__":
    main()
