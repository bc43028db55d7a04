# Population based training for the greenhouse climate controller.
# usage: python greenhouse_pbt.py --pop 6 --gens 40
import argparse
import json
import random
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable, List

import gymnasium as gym
import numpy as np
import torch
from gymnasium.spaces import Box
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from torch.nn.utils import parameters_to_vector, vector_to_parameters

MINUTES_PER_DAY = 1440


class Greenhouse(gym.Env):
    """Air temperature, humidity, CO2; soil moisture is hidden."""

    def __init__(self, leak=0.02):
        self.observation_space = Box(-5, 5, (4,), np.float32)
        self.action_space = Box(-1, 1, (3,), np.float32)
        self.leak = leak

    def _obs(self):
        sun = np.sin(2 * np.pi * self.k / MINUTES_PER_DAY)
        return np.array([self.temp, self.hum, self.co2, sun], dtype=np.float32).clip(-5, 5)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.temp, self.hum, self.co2 = self.np_random.normal(0, 0.5, 3)
        self.soil = self.np_random.uniform(0.3, 0.7)
        return self._obs(), {}

    def step(self, a):
        heat, water, vent = np.clip(a, -1, 1)
        sun = np.sin(2 * np.pi * self.k / MINUTES_PER_DAY)
        self.soil += 0.001 * water - 0.0005 * max(sun, 0.0)
        self.temp += 0.03 * heat + 0.02 * sun - self.leak * self.temp - 0.01 * vent
        self.hum += 0.05 * (self.soil - 0.5) - 0.02 * vent * self.hum
        self.co2 += 0.01 - 0.02 * max(sun, 0) - 0.02 * vent * self.co2
        self.k += 1
        cost = abs(self.temp) + 0.5 * abs(self.hum) + 2 * abs(self.soil - 0.5) + 0.1 * abs(heat)
        return self._obs(), -float(cost), False, self.k >= MINUTES_PER_DAY, {}


@dataclass
class Member:
    idx: int
    algo: RecurrentPPO
    lr: float
    ent: float
    fitness: float = -np.inf
    lineage: List[int] = field(default_factory=list)


def spawn(idx: int, make_env: Callable[[], gym.Env]) -> Member:
    lr = 10 ** random.uniform(-4.5, -3)
    ent = 10 ** random.uniform(-4, -2)
    algo = RecurrentPPO("MlpLstmPolicy", make_env(), n_steps=256, learning_rate=lr, ent_coef=ent,
                        policy_kwargs={"lstm_hidden_size": 48}, seed=idx)
    return Member(idx, algo, lr, ent, lineage=[idx])


def graft(winner: Member, loser: Member) -> None:
    """Genome of the winner into the loser, hyper-parameters perturbed."""
    genome = parameters_to_vector(winner.algo.policy.parameters()).detach().clone()
    vector_to_parameters(genome, loser.algo.policy.parameters())
    loser.lr = winner.lr * random.choice((0.8, 1.25))
    loser.ent = winner.ent * random.choice((0.8, 1.25))
    loser.algo.lr_schedule = lambda _progress, lr=loser.lr: lr
    loser.algo.ent_coef = loser.ent
    # the moments of the old genome make no sense any more
    opt = loser.algo.policy.optimizer
    opt.state.clear()
    loser.lineage = winner.lineage + [loser.idx]


def score(m: Member, env: gym.Env) -> float:
    mean, _std = evaluate_policy(m.algo, env, n_eval_episodes=2, warn=False)
    return float(mean)


def evolve(pop: List[Member], exam: gym.Env, gens: int, chunk: int, log: Path):
    for g in range(gens):
        for m in pop:
            m.algo.learn(chunk, reset_num_timesteps=False)
            m.fitness = score(m, exam)
        pop.sort(key=lambda m: m.fitness, reverse=True)
        cut = max(1, len(pop) // 4)
        for loser in pop[-cut:]:
            graft(random.choice(pop[:cut]), loser)
        with log.open("a") as fh:
            fh.write(json.dumps({"gen": g, "best": pop[0].fitness, "line": pop[0].lineage}) + "\n")
    return pop[0]


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--pop", type=int, default=6)
    ap.add_argument("--gens", type=int, default=40)
    ap.add_argument("--chunk", type=int, default=1024)
    args = ap.parse_args()
    torch.set_num_threads(1)
    make = lambda: Monitor(Greenhouse())
    best = evolve([spawn(i, make) for i in range(args.pop)], make(), args.gens, args.chunk, Path("pbt.jsonl"))
    best.algo.save("greenhouse_best")
