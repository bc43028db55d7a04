import argparse
import json

import torch

from kite import Kite
from steersman import Steersman


def fly(kite, man, steps):
    seen, total = kite.sense(), 0.0
    for _ in range(steps):
        seen, power = kite.step(man.steer(seen))
        total += power
    return total / steps


def ranks(x):
    order = torch.empty_like(x)
    order[x.argsort()] = torch.arange(len(x), dtype=x.dtype)
    return order / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=200)
    ap.add_argument("--pairs", type=int, default=24)
    ap.add_argument("--steps", type=int, default=150)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.1)
    ap.add_argument("--out", default="kite_es.json")
    a = ap.parse_args()

    torch.manual_seed(1)
    kite, man = Kite(seed=1), Steersman()
    theta, log = man.genes(), []
    for g in range(a.generations):
        noise = torch.randn(a.pairs, theta.numel())
        power = torch.zeros(a.pairs, 2)
        for i in range(a.pairs):
            for j, sign in enumerate((1.0, -1.0)):
                man.become(theta + sign * a.sigma * noise[i])
                if j == 0:
                    kite.to_zenith()
                    man.let_go()
                power[i, j] = fly(kite, man, a.steps)
        shaped = ranks(power.flatten()).view_as(power)
        grad = ((shaped[:, 0] - shaped[:, 1]).unsqueeze(-1) * noise).mean(0) / a.sigma
        theta = theta + a.lr * grad - 0.001 * theta

        man.become(theta)
        kite.to_zenith()
        man.let_go()
        mean = fly(kite, man, 4 * a.steps)
        log.append({"generation": g, "mean": mean, "top": power.max().item()})
        print(g, round(mean, 3), round(power.max().item(), 3))
    with open(a.out, "w") as fh:
        json.dump({"theta": theta.tolist(), "log": log}, fh)


if __name__ == "__main__":
    main()
