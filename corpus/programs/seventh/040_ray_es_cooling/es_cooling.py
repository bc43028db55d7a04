"""Evolution strategies with ray for the cooling of a server room, LSTM policy.

    python es_cooling.py --workers 8 --iterations 300
"""
import argparse

import numpy as np
import ray
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class ServerRoom:
    """Rack temperatures follow a load which has to be guessed from delayed sensors."""

    def __init__(self, racks=4, horizon=288):
        self.racks = racks
        self.horizon = horizon

    def reset(self, seed):
        self.rng = np.random.default_rng(seed)
        self.temp = np.full(self.racks, 24.0)
        self.load = self.rng.uniform(0.2, 0.8, self.racks)
        self.delayed = [self.temp.copy() for _ in range(4)]
        self.t = 0
        return self.observe()

    def step(self, fans):
        fans = np.clip(fans, 0.0, 1.0)
        self.load = np.clip(self.load + self.rng.normal(0, 0.03, self.racks), 0.05, 1.0)
        self.temp += 1.2 * self.load - 1.5 * fans + 0.02 * (22.0 - self.temp)
        self.delayed.append(self.temp.copy())
        self.t += 1
        too_hot = np.maximum(self.temp - 30.0, 0.0).sum()
        reward = -0.2 * float((fans**3).sum()) - float(too_hot)
        return self.observe(), reward, self.t >= self.horizon

    def observe(self):
        return ((self.delayed[-4] - 24.0) / 5.0).astype(np.float32)


class FanPolicy(nn.Module):
    def __init__(self, racks=4, hidden=32):
        super().__init__()
        self.lstm = nn.LSTMCell(racks, hidden)
        self.out = nn.Linear(hidden, racks)
        self.hidden = hidden
        self.h = None
        self.c = None

    def begin_episode(self):
        self.h = torch.zeros(1, self.hidden)
        self.c = torch.zeros(1, self.hidden)

    @torch.no_grad()
    def act(self, obs):
        self.h, self.c = self.lstm(torch.from_numpy(obs).unsqueeze(0), (self.h, self.c))
        return torch.sigmoid(self.out(self.h)).squeeze(0).numpy()


@ray.remote(num_cpus=1)
class Evaluator:
    def __init__(self, sigma):
        torch.set_num_threads(1)
        self.env = ServerRoom()
        self.policy = FanPolicy()
        self.sigma = sigma

    def set_weights(self, flat):
        vector_to_parameters(torch.from_numpy(flat), self.policy.parameters())

    def run_episode(self, env_seed):
        self.policy.begin_episode()
        obs = self.env.reset(env_seed)
        total, done = 0.0, False
        while not done:
            obs, reward, done = self.env.step(self.policy.act(obs))
            total += reward
        return total

    def evaluate_pair(self, theta, noise_seed, env_seed):
        noise = np.random.default_rng(noise_seed).standard_normal(theta.size).astype(np.float32)
        scores = []
        for sign in (1.0, -1.0):
            self.set_weights(theta + sign * self.sigma * noise)
            scores.append(self.run_episode(env_seed))
        return noise_seed, scores[0], scores[1]

    def evaluate_mean(self, theta, env_seeds):
        self.set_weights(theta)
        return [self.run_episode(seed) for seed in env_seeds]


def centered_ranks(x):
    ranks = np.empty(x.size, dtype=np.float32)
    ranks[x.ravel().argsort()] = np.arange(x.size, dtype=np.float32)
    return (ranks / (x.size - 1) - 0.5).reshape(x.shape)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--workers", type=int, default=8)
    parser.add_argument("--pairs", type=int, default=64)
    parser.add_argument("--iterations", type=int, default=300)
    parser.add_argument("--sigma", type=float, default=0.05)
    parser.add_argument("--lr", type=float, default=0.03)
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    ray.init()
    rng = np.random.default_rng(args.seed)
    workers = [Evaluator.remote(args.sigma) for _ in range(args.workers)]
    theta = parameters_to_vector(FanPolicy().parameters()).detach().numpy().copy()

    for iteration in range(args.iterations):
        theta_ref = ray.put(theta)
        env_seed = int(rng.integers(1 << 30))
        futures = [
            workers[k % args.workers].evaluate_pair.remote(theta_ref, int(rng.integers(1 << 30)), env_seed)
            for k in range(args.pairs)
        ]
        results = ray.get(futures)
        scores = np.array([[plus, minus] for _, plus, minus in results], dtype=np.float32)
        ranks = centered_ranks(scores)
        gradient = np.zeros_like(theta)
        for (noise_seed, _, _), (plus, minus) in zip(results, ranks):
            noise = np.random.default_rng(noise_seed).standard_normal(theta.size).astype(np.float32)
            gradient += (plus - minus) * noise
        theta = theta + args.lr * gradient / (args.pairs * args.sigma) - 0.005 * args.lr * theta
        if iteration % 10 == 0:
            test = ray.get(workers[0].evaluate_mean.remote(theta, list(range(5))))
            print(f"{iteration:4d} population {scores.mean():9.2f} mean policy {np.mean(test):9.2f}")
            np.save("fan_policy.npy", theta)
    ray.shutdown()


if __name__ == "__main__":
    main()
