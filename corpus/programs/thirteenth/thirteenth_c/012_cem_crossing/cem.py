import argparse

import numpy as np
import torch

from crossing import Crossing


class GatedUnit(torch.nn.Module):
    """minimal gated unit, fewer numbers to search than a GRU"""

    def __init__(self, n_in, n_hid):
        super().__init__()
        self.f = torch.nn.Linear(n_in + n_hid, n_hid)
        self.u = torch.nn.Linear(n_in + n_hid, n_hid)

    def forward(self, x, h):
        f = torch.sigmoid(self.f(torch.cat([x, h])))
        cand = torch.tanh(self.u(torch.cat([x, f * h])))
        return (1 - f) * h + f * cand


class LightNet(torch.nn.Module):
    def __init__(self, n_in=10, n_hid=12):
        super().__init__()
        self.unit = GatedUnit(n_in, n_hid)
        self.head = torch.nn.Linear(n_hid, 2)
        self.n_hid = n_hid

    def forward(self, x, h):
        h = self.unit(x, h)
        return self.head(h), h


def n_params(net):
    return sum(p.numel() for p in net.parameters())


def put(net, theta):
    i = 0
    for p in net.parameters():
        k = p.numel()
        p.data = torch.from_numpy(theta[i : i + k]).float().view_as(p)
        i += k


def drive(net, h, sim, ticks):
    waiting = 0.0
    with torch.no_grad():
        for _ in range(ticks):
            logits, h = net(torch.from_numpy(sim.loops()), h)
            waiting += sim.tick(int(logits.argmax()))
    return waiting / ticks, h


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=40)
    ap.add_argument("--elite", type=int, default=8)
    ap.add_argument("--gens", type=int, default=150)
    ap.add_argument("--ticks", type=int, default=900)
    ap.add_argument("--noise", type=float, default=0.05)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    rng = np.random.default_rng(args.seed)

    sim = Crossing(args.seed)
    net = LightNet()
    h = torch.zeros(net.n_hid)
    mean = np.zeros(n_params(net))
    std = np.ones_like(mean)

    for gen in range(args.gens):
        thetas = mean + std * rng.standard_normal((args.pop, mean.size))
        costs = np.empty(args.pop)
        for k, theta in enumerate(thetas):
            put(net, theta)
            costs[k], h = drive(net, h, sim, args.ticks)
        elite = thetas[np.argsort(costs)[: args.elite]]
        mean = elite.mean(0)
        std = elite.std(0) + args.noise * 0.98**gen
        print(f"gen {gen:3d}  mean queue {costs.mean():7.2f}  best {costs.min():7.2f}  clock {sim.clock}")

    np.save("light_theta.npy", mean)


if __name__ == "__main__":
    main()
