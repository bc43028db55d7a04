"""Population based training of RecurrentPPO on the velocity-free pendulum.

Usage: python pbt.py --population 6 --generations 40
"""
from __future__ import annotations

import argparse
import logging
import random
from dataclasses import dataclass, field
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.utils import FloatSchedule
from stable_baselines3.common.vec_env import VecEnv

from envs import make_pendulum

logger = logging.getLogger("pbt")


@dataclass
class HyperParams:
    learning_rate: float
    ent_coef: float

    @classmethod
    def sample(cls, rng: random.Random) -> "HyperParams":
        return cls(
            learning_rate=10 ** rng.uniform(-4.5, -2.5),
            ent_coef=10 ** rng.uniform(-4.0, -1.5),
        )

    def perturbed(self, rng: random.Random) -> "HyperParams":
        return HyperParams(
            learning_rate=self.learning_rate * rng.choice([0.8, 1.25]),
            ent_coef=self.ent_coef * rng.choice([0.8, 1.25]),
        )


@dataclass
class Member:
    index: int
    hparams: HyperParams
    model: RecurrentPPO
    eval_env: VecEnv
    score: float = float("-inf")
    history: list[float] = field(default_factory=list)

    def train(self, steps: int) -> None:
        self.model.learn(total_timesteps=steps, reset_num_timesteps=False)

    def evaluate(self, episodes: int) -> float:
        mean_reward, _ = evaluate_policy(
            self.model, self.eval_env, n_eval_episodes=episodes, deterministic=True
        )
        self.score = float(mean_reward)
        self.history.append(self.score)
        return self.score

    def apply_hparams(self) -> None:
        self.model.learning_rate = self.hparams.learning_rate
        self.model.lr_schedule = FloatSchedule(self.hparams.learning_rate)
        self.model.ent_coef = self.hparams.ent_coef


def build_member(index: int, rng: random.Random, n_envs: int) -> Member:
    hparams = HyperParams.sample(rng)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        make_pendulum(n_envs, seed=100 + index),
        learning_rate=hparams.learning_rate,
        ent_coef=hparams.ent_coef,
        n_steps=128,
        batch_size=256,
        gamma=0.95,
        policy_kwargs={"lstm_hidden_size": 64},
        seed=index,
        verbose=0,
    )
    return Member(index, hparams, model, make_pendulum(1, seed=9000 + index))


def exploit_and_explore(population: list[Member], rng: random.Random, fraction: float) -> None:
    """The worst members take over weights and hyperparameters of the best ones."""
    ranked = sorted(population, key=lambda m: m.score, reverse=True)
    cut = max(1, int(len(ranked) * fraction))
    winners, losers = ranked[:cut], ranked[-cut:]
    for loser in losers:
        winner = rng.choice(winners)
        logger.info("member %d (%.1f) copies member %d (%.1f)", loser.index, loser.score, winner.index, winner.score)
        loser.model.set_parameters(winner.model.get_parameters())
        loser.hparams = winner.hparams.perturbed(rng)
        loser.apply_hparams()
        loser.score = winner.score


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--population", type=int, default=6)
    parser.add_argument("--generations", type=int, default=40)
    parser.add_argument("--steps", type=int, default=5000)
    parser.add_argument("--envs", type=int, default=4)
    parser.add_argument("--eval-episodes", type=int, default=5)
    parser.add_argument("--fraction", type=float, default=0.25)
    parser.add_argument("--out", type=Path, default=Path("runs/pbt"))
    parser.add_argument("--seed", type=int, default=0)
    args = parser.parse_args()

    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    rng = random.Random(args.seed)
    population = [build_member(i, rng, args.envs) for i in range(args.population)]

    for generation in range(args.generations):
        for member in population:
            member.train(args.steps)
            member.evaluate(args.eval_episodes)
        best = max(population, key=lambda m: m.score)
        logger.info("generation %d best=%d score=%.2f %s", generation, best.index, best.score, best.hparams)
        args.out.mkdir(parents=True, exist_ok=True)
        best.model.save(args.out / f"gen_{generation:03d}")
        if generation + 1 < args.generations:
            exploit_and_explore(population, rng, args.fraction)


if __name__ == "__main__":
    main()
