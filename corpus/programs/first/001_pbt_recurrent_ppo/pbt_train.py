"""Population based training on CartPole without velocities (POMDP)."""
import argparse
import random
import time
from dataclasses import dataclass, field

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy


class NoVelocity(gym.ObservationWrapper):
    def observation(self, obs):
        obs = obs.copy()
        obs[1] = 0.0
        obs[3] = 0.0
        return obs


@dataclass
class Member:
    idx: int
    model: RecurrentPPO
    lr: float
    score: float = -1e9
    history: list = field(default_factory=list)


def build(idx, args):
    venv = make_vec_env("CartPole-v1", n_envs=args.n_envs, seed=args.seed + idx, wrapper_class=NoVelocity)
    lr = 10 ** np.random.uniform(-4.5, -3)
    m = RecurrentPPO("MlpLstmPolicy", venv, learning_rate=lr, n_steps=128, batch_size=128, verbose=0)
    return Member(idx, m, lr)


def explore(lr):
    return float(np.clip(lr * random.choice([0.8, 1.2]), 1e-6, 1e-2))


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--pop", type=int, default=6)
    p.add_argument("--n-envs", type=int, default=8)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--interval", type=int, default=20_000)
    p.add_argument("--rounds", type=int, default=40)
    return p.parse_args()


def main():
    args = parse()
    random.seed(args.seed)
    pop = [build(i, args) for i in range(args.pop)]
    eval_env = make_vec_env("CartPole-v1", n_envs=1, wrapper_class=NoVelocity)
    t0 = time.time()
    for rnd in range(args.rounds):
        for mem in pop:
            mem.model.learn(args.interval, reset_num_timesteps=False, progress_bar=False)
            mem.score, _ = evaluate_policy(mem.model, eval_env, n_eval_episodes=10)
            mem.history.append((rnd, mem.score, mem.lr))
        pop.sort(key=lambda m: m.score, reverse=True)
        n_cut = max(1, len(pop) // 4)
        for loser, winner in zip(pop[-n_cut:], pop[:n_cut]):
            loser.model.set_parameters(winner.model.get_parameters())
            loser.lr = explore(winner.lr)
            loser.model.learning_rate = loser.lr
            loser.model._setup_lr_schedule()
        print(f"[{rnd:03d}] best={pop[0].score:.1f} lr={pop[0].lr:.2e} t={time.time() - t0:.0f}s")
    pop[0].model.save("best_pbt")


if __name__ == "__main__":
    main()
