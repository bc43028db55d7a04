import argparse

import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from swarm import DroneBrain, LightShow

parser = argparse.ArgumentParser()
parser.add_argument("--drones", type=int, default=30)
parser.add_argument("--gens", type=int, default=400)
parser.add_argument("--pairs", type=int, default=16)
parser.add_argument("--sigma", type=float, default=0.05)
parser.add_argument("--lr", type=float, default=0.02)
parser.add_argument("--segment", type=int, default=80, help="steps per candidate")
parser.add_argument("--out", default="show_es.pt")
opt = parser.parse_args()

torch.manual_seed(0)
torch.set_grad_enabled(False)

brain = DroneBrain(opt.drones)
show = LightShow(opt.drones)
mu = parameters_to_vector(brain.parameters()).clone()


def fly(steps):
    total = 0.0
    for _ in range(steps):
        total += show.step(brain(show.observe()))
    return total / steps


def score(theta):
    vector_to_parameters(theta, brain.parameters())
    return fly(opt.segment)


def ranks(x):
    r = torch.empty_like(x)
    r[x.argsort()] = torch.arange(len(x), dtype=x.dtype)
    return r / (len(x) - 1) - 0.5


print("warm up", fly(200))
for g in range(opt.gens):
    eps = torch.randn(opt.pairs, mu.numel())
    f = torch.empty(2 * opt.pairs)
    for i in range(opt.pairs):
        f[2 * i] = score(mu + opt.sigma * eps[i])
        f[2 * i + 1] = score(mu - opt.sigma * eps[i])
    w = ranks(f)
    grad = ((w[0::2] - w[1::2]).unsqueeze(1) * eps).mean(0) / opt.sigma
    mu = mu + opt.lr * grad
    if g % 10 == 0:
        print(f"gen {g:4d}  mean {f.mean():.3f}  max {f.max():.3f}  mu {score(mu):.3f}")

vector_to_parameters(mu, brain.parameters())
torch.save(brain.state_dict(), opt.out)
