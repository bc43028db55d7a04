from __future__ import annotations

import copy

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.utils import FloatSchedule

from .config import PBTConfig


class Individual:
    def __init__(self, index: int, cfg: PBTConfig, rng: np.random.Generator):
        self.index, self.cfg, self.rng = index, cfg, rng
        self.hp = {k: float(np.exp(rng.uniform(np.log(lo), np.log(hi)))) for k, (lo, hi) in cfg.start.items()}
        self.env = make_vec_env(cfg.env_id, n_envs=cfg.n_envs, seed=index)
        self.model = RecurrentPPO("MlpLstmPolicy", self.env, n_steps=128, batch_size=256, verbose=0, seed=index, **self.hp)
        self.fitness = -np.inf

    def train(self) -> None:
        # every round is a run of its own: counters, episodes and all
        self.model.learn(self.cfg.steps_per_round)

    def evaluate(self, env) -> float:
        self.fitness, _ = evaluate_policy(self.model, env, n_eval_episodes=10)
        return self.fitness

    def exploit(self, other: "Individual") -> None:
        self.model.set_parameters(copy.deepcopy(other.model.get_parameters()))
        self.hp = dict(other.hp)
        self.fitness = other.fitness

    def explore(self) -> None:
        for key in self.hp:
            self.hp[key] *= float(self.rng.choice(self.cfg.perturb))
        self.model.ent_coef = self.hp["ent_coef"]
        self.model.clip_range = FloatSchedule(self.hp["clip_range"])
        self.model.learning_rate = self.hp["learning_rate"]
        self.model._setup_lr_schedule()


class Population:
    def __init__(self, cfg: PBTConfig, seed: int = 0):
        self.cfg = cfg
        self.rng = np.random.default_rng(seed)
        self.members = [Individual(i, cfg, self.rng) for i in range(cfg.population)]
        self.eval_env = make_vec_env(cfg.env_id, n_envs=5, seed=10_000)

    def round(self) -> list[float]:
        for m in self.members:
            m.train()
            m.evaluate(self.eval_env)
        ranked = sorted(self.members, key=lambda m: m.fitness)
        k = max(1, int(len(ranked) * self.cfg.truncation))
        for loser in ranked[:k]:
            loser.exploit(ranked[-1 - int(self.rng.integers(k))])
            loser.explore()
        return [m.fitness for m in self.members]

    @property
    def best(self) -> Individual:
        return max(self.members, key=lambda m: m.fitness)
