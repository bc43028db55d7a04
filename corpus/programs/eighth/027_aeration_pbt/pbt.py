"""Population-based training of recurrent blower controllers."""
import argparse
import random
from dataclasses import dataclass, field

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from aeration_env import AerationEnv


@dataclass
class Member:
    index: int
    model: RecurrentPPO
    hyper: dict
    score: float = -np.inf
    history: list = field(default_factory=list)


def sample_hyper(rng):
    return {
        "learning_rate": 10 ** rng.uniform(-4.5, -3.0),
        "ent_coef": 10 ** rng.uniform(-4, -2),
    }


def make_member(index, rng, n_envs):
    hyper = sample_hyper(rng)
    env = make_vec_env(AerationEnv, n_envs=n_envs, seed=100 * index)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=240,
        batch_size=240,
        learning_rate=hyper["learning_rate"],
        ent_coef=hyper["ent_coef"],
        policy_kwargs={"lstm_hidden_size": 64},
        verbose=0,
    )
    return Member(index, model, hyper)


def apply_hyper(member):
    lr = member.hyper["learning_rate"]
    member.model.learning_rate = lr
    member.model.lr_schedule = lambda _: lr
    member.model.ent_coef = member.hyper["ent_coef"]


def exploit_and_explore(population, rng, fraction=0.25):
    ranked = sorted(population, key=lambda m: m.score, reverse=True)
    n = max(1, int(len(ranked) * fraction))
    top, bottom = ranked[:n], ranked[-n:]
    for loser in bottom:
        winner = rng.choice(top)
        if winner is loser:
            continue
        loser.model.set_parameters(winner.model.get_parameters())
        loser.hyper = {k: v * rng.choice([0.8, 1.25]) for k, v in winner.hyper.items()}
        apply_hyper(loser)
        print(f"  member {loser.index} copies member {winner.index}: {loser.hyper}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--population", type=int, default=8)
    parser.add_argument("--generations", type=int, default=40)
    parser.add_argument("--steps", type=int, default=9_600)
    parser.add_argument("--n-envs", type=int, default=4)
    args = parser.parse_args()

    rng = random.Random(0)
    population = [make_member(i, rng, args.n_envs) for i in range(args.population)]
    eval_env = make_vec_env(AerationEnv, n_envs=2, seed=9_999)

    for generation in range(args.generations):
        for member in population:
            member.model.learn(args.steps, reset_num_timesteps=False)
            member.score, _ = evaluate_policy(member.model, eval_env, n_eval_episodes=2)
            member.history.append(member.score)
        best = max(population, key=lambda m: m.score)
        print(f"generation {generation}: best {best.index} at {best.score:.2f}")
        best.model.save("pbt_best")
        exploit_and_explore(population, rng)


if __name__ == "__main__":
    main()
