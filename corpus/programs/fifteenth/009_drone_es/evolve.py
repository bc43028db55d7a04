"""(mu, lambda)-ES with rank weights. The swarm flies on; every candidate gets a slice of the flight."""
import argparse
import math

import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from swarm import CropSwarm


class Pilot(nn.Module):
    def __init__(self, obs_dim, act_dim, n, hid=20):
        super().__init__()
        self.rnn = nn.GRUCell(obs_dim, hid)
        self.out = nn.Linear(hid, act_dim)
        self.n, self.hid = n, hid
        self.takeoff()

    def takeoff(self):
        self.h = torch.zeros(self.n, self.hid)

    def forward(self, obs):
        self.h = self.rnn(obs, self.h)
        return self.out(self.h)


class ES:
    def __init__(self, theta, sigma, lam):
        self.theta, self.sigma, self.lam = theta, sigma, lam
        mu = lam // 2
        w = torch.tensor([math.log(mu + 0.5) - math.log(i + 1) for i in range(mu)])
        self.w = w / w.sum()

    def ask(self):
        half = torch.randn(self.lam // 2, self.theta.numel())
        self.eps = torch.cat([half, -half])
        return self.theta + self.sigma * self.eps

    def tell(self, fitness):
        order = torch.tensor(fitness).argsort(descending=True)[: len(self.w)]
        self.theta = self.theta + self.sigma * (self.w[:, None] * self.eps[order]).sum(0)


def fly(swarm, pilot, steps):
    total = 0.0
    for _ in range(steps):
        total += swarm.step(pilot(swarm.observe())).mean().item()
    return total / steps


@torch.no_grad()
def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=300)
    ap.add_argument("--lam", type=int, default=24)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--slice", type=int, default=80)
    ap.add_argument("--out", default="pilot.pt")
    args = ap.parse_args()

    swarm = CropSwarm()
    pilot = Pilot(swarm.obs_dim, swarm.act_dim, swarm.n)
    es = ES(parameters_to_vector(pilot.parameters()), args.sigma, args.lam)

    best = -1e9
    for gen in range(args.generations):
        fitness = []
        for cand in es.ask():
            vector_to_parameters(cand, pilot.parameters())
            fitness.append(fly(swarm, pilot, args.slice))
        es.tell(fitness)
        mean = sum(fitness) / len(fitness)
        print(f"gen {gen:4d}  mean {mean:+.4f}  best {max(fitness):+.4f}")
        if mean > best:
            best = mean
            torch.save(es.theta, args.out)


if __name__ == "__main__":
    main()
