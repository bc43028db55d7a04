from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from .world import Foraging


@dataclass
class Genes:
    lr: float
    ent: float
    gamma: float

    @classmethod
    def draw(cls, rng: random.Random) -> "Genes":
        return cls(10 ** rng.uniform(-4.2, -3.0), 10 ** rng.uniform(-3, -1.5), 1 - 10 ** rng.uniform(-2.5, -1.5))

    def mutate(self, rng: random.Random) -> "Genes":
        return Genes(self.lr * rng.choice((0.8, 1.2)), self.ent * rng.choice((0.8, 1.2)), self.gamma)


@dataclass
class Member:
    ident: int
    genes: Genes
    algo: RecurrentPPO
    fitness: float = float("-inf")
    lineage: list[int] = field(default_factory=list)

    @classmethod
    def spawn(cls, ident: int, genes: Genes, n_envs: int) -> "Member":
        algo = RecurrentPPO(
            "MlpLstmPolicy",
            make_vec_env(Foraging, n_envs=n_envs, seed=1000 * ident),
            learning_rate=genes.lr,
            ent_coef=genes.ent,
            gamma=genes.gamma,
            n_steps=256,
            batch_size=256,
            seed=ident,
        )
        return cls(ident, genes, algo, lineage=[ident])

    def train(self, steps: int) -> None:
        self.algo.learn(steps, reset_num_timesteps=False, progress_bar=False)

    def assess(self, episodes: int) -> float:
        mean, _ = evaluate_policy(self.algo, make_vec_env(Foraging, n_envs=1, seed=77), n_eval_episodes=episodes)
        self.fitness = float(mean)
        return self.fitness

    def apply(self, genes: Genes) -> None:
        self.genes = genes
        self.algo.learning_rate = genes.lr
        self.algo._setup_lr_schedule()
        self.algo.ent_coef = genes.ent


class Herd:
    def __init__(self, n: int, n_envs: int, seed: int) -> None:
        self.rng = random.Random(seed)
        self.members = [Member.spawn(i, Genes.draw(self.rng), n_envs) for i in range(n)]

    def __iter__(self) -> Iterator[Member]:
        return iter(self.members)

    def ranking(self) -> list[Member]:
        return sorted(self.members, key=lambda m: m.fitness, reverse=True)

    def replace_weakest(self, share: float) -> list[tuple[int, int]]:
        order = self.ranking()
        k = max(1, int(len(order) * share))
        moves = []
        for weak in order[-k:]:
            strong = self.rng.choice(order[:k])
            weak.algo.set_parameters(strong.algo.get_parameters(), exact_match=True)
            weak.apply(strong.genes.mutate(self.rng))
            weak.lineage.append(strong.ident)
            moves.append((strong.ident, weak.ident))
        return moves

    def spread(self) -> float:
        return float(np.std([m.fitness for m in self.members]))
