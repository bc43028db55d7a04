"""OpenAI-ES for a recurrent controller, with a pool of processes."""
from __future__ import annotations

import argparse
import multiprocessing as mp
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


@dataclass
class Settings:
    env: str
    pairs: int
    sigma: float
    lr: float
    decay: float
    generations: int
    episodes: int
    processes: int


class Controller(nn.Module):
    def __init__(self, n_in: int, n_out: int, hidden: int = 16):
        super().__init__()
        self.rnn = nn.RNNCell(n_in, hidden)
        self.out = nn.Linear(hidden, n_out)
        self.h: torch.Tensor | None = None

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        self.h = self.rnn(x, self.h)
        return self.out(self.h)


class Evaluator:
    """Lives in a pool process and holds one environment and one controller."""

    _instance = None

    def __init__(self, env_id: str):
        self.env = gym.make(env_id)
        self.discrete = isinstance(self.env.action_space, gym.spaces.Discrete)
        n_out = int(self.env.action_space.n) if self.discrete else self.env.action_space.shape[0]
        self.controller = Controller(self.env.observation_space.shape[0], n_out)

    @classmethod
    def setup(cls, env_id: str) -> None:
        torch.set_num_threads(1)
        cls._instance = cls(env_id)

    @classmethod
    def run(cls, job: tuple[np.ndarray, int, int]) -> float:
        theta, seed, episodes = job
        self = cls._instance
        vector_to_parameters(torch.from_numpy(theta), self.controller.parameters())
        return float(np.mean([self.episode(seed + i) for i in range(episodes)]))

    def _action(self, y: torch.Tensor):
        if self.discrete:
            return int(y.argmax())
        space = self.env.action_space
        return np.clip(y.squeeze(0).numpy(), space.low, space.high)

    @torch.no_grad()
    def episode(self, seed: int) -> float:
        obs, _ = self.env.reset(seed=seed)
        self.controller.h = None
        total, over = 0.0, False
        while not over:
            y = self.controller(torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0))
            obs, r, term, trunc, _ = self.env.step(self._action(y))
            total += float(r)
            over = term or trunc
        return total


def ranks(x: np.ndarray) -> np.ndarray:
    out = np.empty(len(x))
    out[x.argsort()] = np.arange(len(x))
    return out / (len(x) - 1) - 0.5


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="Pendulum-v1")
    ap.add_argument("--pairs", type=int, default=32)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.03)
    ap.add_argument("--decay", type=float, default=0.005)
    ap.add_argument("--generations", type=int, default=300)
    ap.add_argument("--episodes", type=int, default=2)
    ap.add_argument("--processes", type=int, default=4)
    cfg = Settings(**vars(ap.parse_args()))

    rng = np.random.default_rng(0)
    probe = Evaluator(cfg.env)
    theta = parameters_to_vector(probe.controller.parameters()).detach().numpy().astype(np.float32)
    m, v = np.zeros_like(theta), np.zeros_like(theta)
    with mp.Pool(cfg.processes, initializer=Evaluator.setup, initargs=(cfg.env,)) as pool:
        for gen in range(1, cfg.generations + 1):
            eps = rng.standard_normal((cfg.pairs, theta.size)).astype(np.float32)
            seed = int(rng.integers(1 << 30))
            jobs = [(theta + s * cfg.sigma * e, seed, cfg.episodes) for e in eps for s in (1, -1)]
            scores = np.array(pool.map(Evaluator.run, jobs))
            w = ranks(scores).reshape(-1, 2)
            grad = ((w[:, 0] - w[:, 1]) @ eps) / (cfg.pairs * cfg.sigma) - cfg.decay * theta
            m = 0.9 * m + 0.1 * grad
            v = 0.999 * v + 0.001 * grad**2
            theta = theta + cfg.lr * (m / (1 - 0.9**gen)) / (np.sqrt(v / (1 - 0.999**gen)) + 1e-8)
            theta = theta.astype(np.float32)
            if gen % 10 == 0:
                vector_to_parameters(torch.from_numpy(theta), probe.controller.parameters())
                centre = np.mean([probe.episode(1000 + i) for i in range(5)])
                print(f"gen {gen} population {scores.mean():.1f} best {scores.max():.1f} centre {centre:.1f}")
    np.save("theta.npy", theta)


if __name__ == "__main__":
    main()
