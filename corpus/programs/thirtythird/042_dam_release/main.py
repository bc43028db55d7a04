import math
import sys

import torch

from es import ascend, draw, many_years, perturb, population, start


def inflows(n_years, days=180):
    d = torch.arange(days)
    season = 0.4 + 0.3 * torch.sin(2 * math.pi * d / 365.0)
    storms = (torch.rand(n_years, days) < 0.04).float() * torch.rand(n_years, days) * 4.0
    return season + storms


def centred_ranks(x):
    r = torch.empty_like(x)
    r[x.argsort()] = torch.linspace(-0.5, 0.5, x.numel())
    return r


@torch.no_grad()
def main(generations=200, half=32, sigma=0.05, lr=0.05):
    params = start(0)
    held_out = inflows(16)
    best, best_score = params, -math.inf
    for g in range(generations):
        noise = draw(params, half)
        fitness = population(perturb(params, noise, sigma), inflows(4)).mean(1)
        params = ascend(params, noise, centred_ranks(fitness), lr, sigma)
        score = many_years(params, held_out).mean().item()
        if score > best_score:
            best, best_score = params, score
        print(f"{g:4d} fitness {fitness.mean():.3f} held out {score:.3f}")
    torch.save(best, "dam.pt")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:3]))
