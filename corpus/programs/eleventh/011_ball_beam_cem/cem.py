import argparse

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class BallBeam:
    """A ball on a beam; only its position is measured, every third sample drops out."""

    def __init__(self, rng):
        self.rng = rng

    def reset(self):
        self.x = self.rng.uniform(-0.6, 0.6)
        self.v = 0.0
        self.tilt = 0.0
        self.t = 0
        return self.observe()

    def observe(self):
        lost = self.t % 3 == 2
        return np.array([0.0 if lost else self.x, float(lost)], dtype=np.float32)

    def step(self, u):
        self.t += 1
        self.tilt += 0.1 * (np.clip(u, -1, 1) * 0.3 - self.tilt)
        self.v += 0.05 * (7.0 * np.sin(self.tilt) - 0.1 * self.v)
        self.x += 0.05 * self.v
        fell = abs(self.x) > 1.0
        cost = self.x ** 2 + 0.01 * u ** 2 + (50.0 if fell else 0.0)
        return self.observe(), -cost, fell or self.t >= 250


class LSTMController(nn.Module):
    def __init__(self, n_in=2, n_hidden=12):
        super().__init__()
        self.lstm = nn.LSTMCell(n_in, n_hidden)
        self.out = nn.Linear(n_hidden, 1)
        self.memory = None
        for p in self.parameters():
            p.requires_grad_(False)

    def reset(self):
        self.memory = None

    def forward(self, obs):
        self.memory = self.lstm(torch.from_numpy(obs).unsqueeze(0), self.memory)
        return torch.tanh(self.out(self.memory[0])).item()


def episode(env, ctrl):
    ctrl.reset()
    obs, done, total = env.reset(), False, 0.0
    while not done:
        obs, reward, done = env.step(ctrl(obs))
        total += reward
    return total


def score(theta, ctrl, seed, episodes):
    vector_to_parameters(torch.as_tensor(theta, dtype=torch.float32), ctrl.parameters())
    env = BallBeam(np.random.default_rng(seed))
    return np.mean([episode(env, ctrl) for _ in range(episodes)])


def cem(args):
    rng = np.random.default_rng(args.seed)
    ctrl = LSTMController()
    mean = parameters_to_vector(ctrl.parameters()).numpy().copy()
    std = np.full_like(mean, args.sigma)
    n_elite = max(2, int(args.elite * args.population))
    for gen in range(args.generations):
        extra = args.noise * max(0.0, 1 - gen / args.noise_until)
        thetas = mean + np.sqrt(std ** 2 + extra ** 2) * rng.standard_normal((args.population, mean.size))
        returns = np.array([score(th, ctrl, args.seed + gen, args.episodes) for th in thetas])
        elite = thetas[np.argsort(returns)[-n_elite:]]
        mean, std = elite.mean(0), elite.std(0)
        if gen % 5 == 0:
            test = score(mean, ctrl, 10_000, 20)
            print(f"gen {gen:3d}  best {returns.max():8.2f}  elite {np.sort(returns)[-n_elite:].mean():8.2f}  test {test:8.2f}")
    return mean


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--generations", type=int, default=100)
    p.add_argument("--population", type=int, default=64)
    p.add_argument("--elite", type=float, default=0.15)
    p.add_argument("--episodes", type=int, default=4)
    p.add_argument("--sigma", type=float, default=0.5)
    p.add_argument("--noise", type=float, default=0.2)
    p.add_argument("--noise-until", type=int, default=50)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()
    np.save("ball_beam_theta.npy", cem(args))
