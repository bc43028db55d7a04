import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from snake import Snake


class SnakeBrain(nn.Module):
    def __init__(self, n_in=6, n_hidden=20, n_out=3):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, n_hidden)
        self.out = nn.Linear(n_hidden, n_out)
        self.h = None

    def reset(self):
        self.h = None

    @torch.no_grad()
    def act(self, obs):
        x = torch.from_numpy(obs)[None]
        self.h = self.rnn(x, self.h)
        return self.out(self.h).argmax(1).item()


def play(brain, env, seed, max_steps=1000):
    brain.reset()
    obs = env.reset(seed)
    total = 0.0
    for _ in range(max_steps):
        obs, r, done = env.step(brain.act(obs))
        total += r
        if done:
            break
    return total


def fitness(theta, brain, env, seeds):
    vector_to_parameters(theta, brain.parameters())
    return np.mean([play(brain, env, s) for s in seeds])


def ranks(x):
    r = np.empty(len(x))
    r[np.argsort(x)] = np.arange(len(x))
    return r / (len(x) - 1) - 0.5


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pairs", type=int, default=32)
    ap.add_argument("--sigma", type=float, default=0.08)
    ap.add_argument("--alpha", type=float, default=0.05)
    ap.add_argument("--gens", type=int, default=500)
    ap.add_argument("--games", type=int, default=4)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    torch.manual_seed(args.seed)
    rng = np.random.default_rng(args.seed)
    env = Snake()
    brain = SnakeBrain()
    theta = parameters_to_vector(brain.parameters()).detach().clone()

    for gen in range(args.gens):
        seeds = rng.integers(1 << 30, size=args.games)
        noise = torch.randn(args.pairs, theta.numel())
        scores = []
        for eps in noise:
            scores.append(fitness(theta + args.sigma * eps, brain, env, seeds))
            scores.append(fitness(theta - args.sigma * eps, brain, env, seeds))
        w = torch.tensor(ranks(np.array(scores)), dtype=torch.float32).view(-1, 2)
        grad = ((w[:, 0] - w[:, 1])[:, None] * noise).mean(0) / args.sigma
        theta = theta + args.alpha * grad - 1e-4 * theta
        if gen % 10 == 0:
            score = fitness(theta, brain, env, rng.integers(1 << 30, size=20))
            print(f"{gen:4d}  mean {np.mean(scores):.2f}  best {np.max(scores):.2f}  center {score:.2f}")

    vector_to_parameters(theta, brain.parameters())
    torch.save(brain.state_dict(), "snake_es.pt")


if __name__ == "__main__":
    main()
