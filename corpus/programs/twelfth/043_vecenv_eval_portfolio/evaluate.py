import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from env import PortfolioEnv


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("run", type=Path, help="folder with model.zip and vecnormalize.pkl")
    p.add_argument("--csv", default="data/etf_test.csv")
    p.add_argument("--n-envs", type=int, default=8)
    p.add_argument("--episodes", type=int, default=200)
    p.add_argument("--stochastic", action="store_true")
    return p.parse_args()


def load(args):
    venv = DummyVecEnv([lambda: PortfolioEnv(args.csv)] * args.n_envs)
    venv = VecNormalize.load(args.run / "vecnormalize.pkl", venv)
    venv.training = False
    venv.norm_reward = False
    model = RecurrentPPO.load(args.run / "model.zip", env=venv, device="cpu")
    return model, venv


def rollout(model, venv, episodes, deterministic=True):
    results = []
    lstm_states = None
    episode_starts = np.ones((venv.num_envs,), dtype=bool)
    log_returns = np.zeros(venv.num_envs)
    obs = venv.reset()
    while len(results) < episodes:
        actions, lstm_states = model.predict(
            obs,
            state=lstm_states,
            episode_start=episode_starts,
            deterministic=deterministic,
        )
        obs, rewards, dones, infos = venv.step(actions)
        log_returns += rewards
        for i in np.flatnonzero(dones):
            results.append({"env": i, "log_return": log_returns[i], "wealth": infos[i]["wealth"]})
            log_returns[i] = 0.0
    return pd.DataFrame(results)


def summary(df):
    w = df["wealth"] - 1
    return {
        "mean": w.mean(),
        "median": w.median(),
        "std": w.std(),
        "sharpe": df["log_return"].mean() / df["log_return"].std(),
        "loss_rate": (w < 0).mean(),
    }


def main():
    args = get_args()
    model, venv = load(args)
    df = rollout(model, venv, args.episodes, deterministic=not args.stochastic)
    df.to_csv(args.run / "eval.csv", index=False)
    for k, v in summary(df).items():
        print(f"{k:10s} {v: .4f}")


if __name__ == "__main__":
    main()
