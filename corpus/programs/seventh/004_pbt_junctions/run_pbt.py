import copy
from dataclasses import dataclass, replace
from typing import List

import numpy as np
import torch
from torch import nn

from junction_env import JunctionGrid


@dataclass(frozen=True)
class Genome:
    lr: float
    discount: float
    clip: float

    def mutate(self, rng):
        return replace(
            self,
            lr=float(self.lr * rng.choice([0.7, 1.4])),
            clip=float(np.clip(self.clip * rng.choice([0.8, 1.2]), 0.1, 5.0)),
        )


class SignalNet(nn.Module):
    def __init__(self, n_obs, n_act, size=64):
        super().__init__()
        self.size = size
        self.rnn = nn.GRU(n_obs, size, batch_first=True)
        self.policy = nn.Linear(size, n_act)
        self.value = nn.Linear(size, 1)

    def forward(self, x, h):
        y, h = self.rnn(x, h)
        return self.policy(y), self.value(y).squeeze(-1), h


class Worker:
    """A member of the population: its network, its simulator and where it is in the episode."""

    def __init__(self, uid, genome, rng):
        self.uid, self.genome, self.rng = uid, genome, rng
        self.env = JunctionGrid(rng=rng)
        self.net = SignalNet(self.env.n_obs, self.env.n_act)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=genome.lr)
        self.fitness = -np.inf
        self.start_over()

    def start_over(self):
        self.obs = self.env.reset()
        self.h = torch.zeros(1, 1, self.net.size)

    def unroll(self, length=50):
        self.h = self.h.detach()
        logps, vals, rews, conts = [], [], [], []
        for _ in range(length):
            x = torch.from_numpy(self.obs).view(1, 1, -1)
            logits, v, self.h = self.net(x, self.h)
            dist = torch.distributions.Categorical(logits=logits[0, 0])
            a = dist.sample()
            self.obs, r, done = self.env.step(int(a))
            logps.append(dist.log_prob(a))
            vals.append(v[0, 0])
            rews.append(r)
            conts.append(1.0 - float(done))
            if done:
                self.start_over()
        return torch.stack(logps), torch.stack(vals), rews, conts

    def train(self, iterations):
        history = []
        for _ in range(iterations):
            logps, vals, rews, conts = self.unroll()
            g, targets = float(vals[-1].detach()), []
            for r, c in zip(reversed(rews), reversed(conts)):
                g = r + self.genome.discount * c * g
                targets.append(g)
            targets = torch.tensor(targets[::-1])
            adv = targets - vals.detach()
            loss = -(logps * adv).mean() + 0.5 * nn.functional.mse_loss(vals, targets)
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), self.genome.clip)
            self.opt.step()
            history.append(np.mean(rews))
        self.fitness = float(np.mean(history[-10:]))

    def inherit(self, parent: "Worker"):
        self.net.load_state_dict(parent.net.state_dict())
        self.opt.load_state_dict(copy.deepcopy(parent.opt.state_dict()))
        self.genome = parent.genome.mutate(self.rng)
        for g in self.opt.param_groups:
            g["lr"] = self.genome.lr
        self.start_over()


def truncation_selection(workers: List[Worker], quantile=0.2):
    order = sorted(workers, key=lambda w: w.fitness, reverse=True)
    k = max(1, int(quantile * len(order)))
    for child, parent in zip(order[-k:], order[:k]):
        child.inherit(parent)


if __name__ == "__main__":
    master = np.random.default_rng(7)
    workers = [
        Worker(i, Genome(10 ** master.uniform(-4, -3), master.uniform(0.95, 0.995), 1.0), np.random.default_rng(100 + i))
        for i in range(10)
    ]
    for epoch in range(80):
        for w in workers:
            w.train(iterations=40)
        top = max(workers, key=lambda w: w.fitness)
        print(f"epoch {epoch:03d} top worker {top.uid} fitness {top.fitness:.3f} lr {top.genome.lr:.1e}")
        truncation_selection(workers)
