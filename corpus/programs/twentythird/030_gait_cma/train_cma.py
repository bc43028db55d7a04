"""CMA-ES on the LSTM gait controller (needs: pip install cma)."""
import argparse
import json
import pathlib
import time

import cma
import gymnasium as gym
import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Controller(torch.nn.Module):
    def __init__(self, obs_dim: int, act_dim: int, width: int = 16):
        super().__init__()
        self.cell = torch.nn.LSTMCell(obs_dim, width)
        self.head = torch.nn.Linear(width, act_dim)
        self.width = width
        self.reset()

    def reset(self):
        self.h = torch.zeros(1, self.width)
        self.c = torch.zeros(1, self.width)

    @torch.no_grad()
    def act(self, obs):
        x = torch.as_tensor(obs, dtype=torch.float32).reshape(1, -1)
        self.h, self.c = self.cell(x, (self.h, self.c))
        return self.head(self.h).tanh().numpy()[0]


def walk(env, ctrl, seed):
    ctrl.reset()
    obs, _ = env.reset(seed=seed)
    total, over = 0.0, False
    while not over:
        obs, r, term, trunc, _ = env.step(ctrl.act(obs))
        total += r
        over = term or trunc
    return total


def fitness(vec, env, ctrl, seeds):
    vector_to_parameters(torch.as_tensor(vec, dtype=torch.float32), ctrl.parameters())
    return -float(np.mean([walk(env, ctrl, s) for s in seeds]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="BipedalWalker-v3")
    ap.add_argument("--sigma", type=float, default=0.3)
    ap.add_argument("--popsize", type=int, default=24)
    ap.add_argument("--iters", type=int, default=300)
    ap.add_argument("--rollouts", type=int, default=2)
    ap.add_argument("--out", type=pathlib.Path, default=pathlib.Path("runs/gait"))
    a = ap.parse_args()
    a.out.mkdir(parents=True, exist_ok=True)

    env = gym.make(a.env)
    ctrl = Controller(env.observation_space.shape[0], env.action_space.shape[0])
    for p in ctrl.parameters():
        p.requires_grad_(False)
    x0 = parameters_to_vector(ctrl.parameters()).numpy()
    es = cma.CMAEvolutionStrategy(x0, a.sigma, {"popsize": a.popsize, "CMA_diagonal": True})

    t0 = time.time()
    best = float("inf")
    for it in range(a.iters):
        cands = es.ask()
        seeds = [1000 * it + k for k in range(a.rollouts)]
        costs = [fitness(c, env, ctrl, seeds) for c in cands]
        es.tell(cands, costs)
        if min(costs) < best:
            best = min(costs)
            np.save(a.out / "best.npy", cands[int(np.argmin(costs))])
        if it % 5 == 0:
            row = {"iter": it, "best": -best, "mean": -float(np.mean(costs)), "sec": time.time() - t0}
            with open(a.out / "log.jsonl", "a") as f:
                f.write(json.dumps(row) + "\n")

    vector_to_parameters(torch.as_tensor(es.result.xfavorite, dtype=torch.float32), ctrl.parameters())
    final = [walk(env, ctrl, 7_000_000 + k) for k in range(20)]
    print("favourite:", np.mean(final), "+-", np.std(final))


if __name__ == "__main__":
    main()
