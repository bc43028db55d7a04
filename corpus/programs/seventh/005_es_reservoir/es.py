"""OpenAI-style evolution strategies for operating a chain of water reservoirs."""
import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class ReservoirEnv:
    def __init__(self, n=3, days=365, seed=None):
        self.n = n
        self.days = days
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.level = self.rng.uniform(0.4, 0.6, size=self.n)
        self.wetness = self.rng.uniform(0.0, 1.0)
        self.day = 0
        return self._obs()

    def _obs(self):
        season = 2 * np.pi * self.day / 365
        return np.concatenate([self.level, [np.sin(season), np.cos(season)]]).astype(np.float32)

    def step(self, release):
        release = np.clip(release, 0, 1) * 0.1
        self.wetness = np.clip(self.wetness + self.rng.normal(0, 0.05), 0, 1)
        inflow = np.zeros(self.n)
        inflow[0] = 0.08 * self.wetness
        out = np.minimum(self.level, release)
        inflow[1:] += out[:-1]
        self.level = self.level + inflow - out
        spill = np.maximum(self.level - 1.0, 0).sum()
        self.level = np.clip(self.level, 0, 1)
        drought = float((self.level < 0.1).sum())
        self.day += 1
        reward = out.sum() - 5.0 * spill - 0.2 * drought
        return self._obs(), reward, self.day >= self.days


class ReservoirPolicy(nn.Module):
    def __init__(self, obs_dim, act_dim, hidden_dim=24):
        super().__init__()
        self.hidden_dim = hidden_dim
        self.cell = nn.GRUCell(obs_dim, hidden_dim)
        self.head = nn.Linear(hidden_dim, act_dim)
        self.hidden = torch.zeros(1, hidden_dim)

    @torch.no_grad()
    def act(self, obs):
        self.hidden = self.cell(torch.from_numpy(obs).unsqueeze(0), self.hidden)
        return torch.sigmoid(self.head(self.hidden)).squeeze(0).numpy()


def evaluate(env, policy, theta):
    vector_to_parameters(theta, policy.parameters())
    obs = env.reset()
    total, done = 0.0, False
    while not done:
        action = policy.act(obs)
        obs, reward, done = env.step(action)
        total += reward
    return total


def centered_ranks(x):
    ranks = np.empty(len(x), dtype=np.float32)
    ranks[np.argsort(x)] = np.arange(len(x))
    return ranks / (len(x) - 1) - 0.5


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--generations", type=int, default=200)
    parser.add_argument("--pairs", type=int, default=32)
    parser.add_argument("--sigma", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=0.02)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    torch.manual_seed(args.seed)
    env = ReservoirEnv(seed=args.seed)
    policy = ReservoirPolicy(obs_dim=env.n + 2, act_dim=env.n)
    theta = parameters_to_vector(policy.parameters()).detach().clone()
    velocity = torch.zeros_like(theta)

    for gen in range(args.generations):
        noise = torch.randn(args.pairs, theta.numel())
        scores = []
        for eps in noise:
            scores.append(evaluate(env, policy, theta + args.sigma * eps))
            scores.append(evaluate(env, policy, theta - args.sigma * eps))
        ranks = centered_ranks(np.array(scores))
        weights = torch.from_numpy(ranks[0::2] - ranks[1::2])
        grad = (weights.unsqueeze(1) * noise).mean(dim=0) / args.sigma
        velocity = 0.9 * velocity + 0.1 * grad
        theta = theta + args.lr * velocity

        if gen % 10 == 0:
            mean_score = evaluate(env, policy, theta)
            print(f"gen {gen:4d}  centre {mean_score:8.3f}  best {max(scores):8.3f}")

    torch.save(theta, "reservoir_theta.pt")


if __name__ == "__main__":
    main()
