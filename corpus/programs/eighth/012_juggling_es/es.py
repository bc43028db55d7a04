import argparse
import multiprocessing as mp
from typing import List, Tuple

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from juggling import Juggling


class JugglerNet(nn.Module):
    def __init__(self, hidden: int = 32):
        super().__init__()
        self.lstm = nn.LSTMCell(Juggling.obs_size, hidden)
        self.out = nn.Linear(hidden, Juggling.act_size)
        self.hidden_size = hidden
        self.reset_state()

    def reset_state(self) -> None:
        self.h = torch.zeros(1, self.hidden_size)
        self.c = torch.zeros(1, self.hidden_size)

    @torch.no_grad()
    def act(self, obs: np.ndarray) -> np.ndarray:
        self.h, self.c = self.lstm(torch.from_numpy(obs).unsqueeze(0), (self.h, self.c))
        return torch.tanh(self.out(self.h)).squeeze(0).numpy()


class Evaluator:
    """Lives in a worker process; the same network object is used for all candidates."""

    def __init__(self, episodes: int):
        torch.set_num_threads(1)
        self.net = JugglerNet()
        self.env = Juggling()
        self.episodes = episodes

    def fitness(self, flat: np.ndarray, seed: int) -> float:
        vector_to_parameters(torch.from_numpy(flat), self.net.parameters())
        return float(np.mean([self._episode(seed + i) for i in range(self.episodes)]))

    def _episode(self, seed: int) -> float:
        obs = self.env.reset(seed)
        self.net.reset_state()
        total, done = 0.0, False
        while not done:
            obs, reward, done = self.env.step(self.net.act(obs))
            total += reward
        return total


_evaluator = None


def _init_worker(episodes: int) -> None:
    global _evaluator
    _evaluator = Evaluator(episodes)


def _evaluate(job: Tuple[np.ndarray, int]) -> float:
    return _evaluator.fitness(*job)


def centered_ranks(x: np.ndarray) -> np.ndarray:
    ranks = np.empty(len(x), dtype=np.float32)
    ranks[x.argsort()] = np.arange(len(x), dtype=np.float32)
    return ranks / (len(x) - 1) - 0.5


def main(argv: List[str] = None) -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--population", type=int, default=64)
    parser.add_argument("--sigma", type=float, default=0.1)
    parser.add_argument("--lr", type=float, default=0.05)
    parser.add_argument("--generations", type=int, default=500)
    parser.add_argument("--episodes", type=int, default=3)
    parser.add_argument("--workers", type=int, default=8)
    args = parser.parse_args(argv)

    rng = np.random.default_rng(0)
    torch.manual_seed(0)
    center = JugglerNet()
    theta = parameters_to_vector(center.parameters()).detach().numpy().copy()

    with mp.Pool(args.workers, _init_worker, (args.episodes,)) as pool:
        for gen in range(args.generations):
            eps = rng.standard_normal((args.population, theta.size)).astype(np.float32)
            jobs = [(theta + args.sigma * e, gen * 1000) for e in eps]
            scores = np.array(pool.map(_evaluate, jobs))
            grad = centered_ranks(scores) @ eps / (args.population * args.sigma)
            theta = (theta + args.lr * grad).astype(np.float32)
            if gen % 10 == 0:
                print(f"generation {gen}: mean {scores.mean():.2f}, best {scores.max():.2f}")

    vector_to_parameters(torch.from_numpy(theta), center.parameters())
    torch.save(center.state_dict(), "juggler.pt")


if __name__ == "__main__":
    main()
