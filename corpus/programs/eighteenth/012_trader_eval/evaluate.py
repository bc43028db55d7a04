import argparse
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

from market import MarketEnv


def make(csv, seed):
    return lambda: MarketEnv(csv, seed=seed)


def backtest(model, venv, n_years):
    """Runs all envs until n_years episodes are finished, returns the final equities."""
    obs = venv.reset()
    lstm_states = None
    episode_starts = np.ones((venv.num_envs,), dtype=bool)
    equities, trades = [], 0
    last = np.ones(venv.num_envs, dtype=int)
    while len(equities) < n_years:
        actions, lstm_states = model.predict(
            obs,
            state=lstm_states,
            episode_start=episode_starts,
            deterministic=True,
        )
        obs, _, dones, infos = venv.step(actions)
        trades += int((actions != last).sum())
        last = actions
        for done, info in zip(dones, infos):
            if done:
                equities.append(info["equity"])
    return np.array(equities), trades


def sharpe(x):
    return x.mean() / (x.std() + 1e-9)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models", nargs="+", type=Path)
    ap.add_argument("--csv", default="data/spy_test.csv")
    ap.add_argument("--stats", default="vecnormalize.pkl")
    ap.add_argument("--years", type=int, default=40)
    ap.add_argument("--envs", type=int, default=8)
    args = ap.parse_args()

    rows = []
    for path in args.models:
        venv = DummyVecEnv([make(args.csv, 1000 + i) for i in range(args.envs)])
        venv = VecNormalize.load(args.stats, venv)
        venv.training = False
        venv.norm_reward = False
        model = RecurrentPPO.load(path, device="cpu")
        equities, trades = backtest(model, venv, args.years)
        rows.append((path.stem, equities.mean(), sharpe(equities), trades / args.years))
        venv.close()

    print(f"{'model':24s} {'log return':>10s} {'sharpe':>8s} {'trades':>8s}")
    for name, mean, s, tr in sorted(rows, key=lambda r: -r[2]):
        print(f"{name:24s} {mean:10.4f} {s:8.2f} {tr:8.1f}")


if __name__ == "__main__":
    main()
