import argparse

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from greenhouse_env import GreenhouseEnv
from guard import HarvestGuard


def show_day(model, season):
    env = GreenhouseEnv(season)
    obs, _ = env.reset(seed=99)
    memory, first, total, over = None, np.ones((1,), dtype=bool), 0.0, False
    while not over:
        action, memory = model.predict(obs, state=memory, episode_start=first, deterministic=True)
        obs, r, term, trunc, _ = env.step(action)
        total += r
        over = term or trunc
        first = np.zeros((1,), dtype=bool)
    return total


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--season", default="spring", choices=["winter", "spring", "summer"])
    ap.add_argument("--steps", type=int, default=400_000)
    ap.add_argument("--keep", default="grower_best.zip")
    args = ap.parse_args()

    envs = make_vec_env(GreenhouseEnv, n_envs=8, env_kwargs={"season": args.season}, seed=1)
    model = RecurrentPPO(
        "MlpLstmPolicy", envs, n_steps=128, batch_size=256, learning_rate=3e-4, gae_lambda=0.95,
        policy_kwargs={"lstm_hidden_size": 64}, verbose=1,
    )
    guard = HarvestGuard(args.keep, verbose=1)
    model.learn(args.steps, callback=guard)
    model.save("grower_last.zip")
    print("day:", show_day(model, args.season), "times back:", guard.returns_to_best)


if __name__ == "__main__":
    main()
