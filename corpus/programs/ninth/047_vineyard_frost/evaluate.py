import argparse
import csv
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from frost_env import FrostNight


def build_env(n_envs: int, seed: int, stats: Path):
    env = make_vec_env(FrostNight, n_envs=n_envs, seed=seed)
    if stats.exists():
        env = VecNormalize.load(str(stats), env)
        env.training = False
        env.norm_reward = False
    return env


def run_nights(model, env, nights: int, deterministic: bool):
    n_envs = env.num_envs
    obs = env.reset()
    # cell and hidden state of the LSTM
    lstm_states = None
    # episode start signals are used to reset the lstm states
    episode_starts = np.ones((n_envs,), dtype=bool)
    totals = np.zeros(n_envs)
    results = []
    while len(results) < nights:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=deterministic
        )
        obs, rewards, dones, infos = env.step(action)
        totals += rewards
        for i in np.flatnonzero(dones):
            results.append({"night": len(results), "return": totals[i], "damage": infos[i]["damage"]})
            totals[i] = 0.0
    return results[:nights]


def report(name, results, out: Path):
    returns = np.array([r["return"] for r in results])
    damage = np.array([r["damage"] for r in results])
    print(f"{name:>20}: return {returns.mean():8.2f} +- {returns.std():.2f}   damage {damage.mean():.3f}")
    with open(out / f"{name}.csv", "w", newline="") as f:
        writer = csv.DictWriter(f, fieldnames=["night", "return", "damage"])
        writer.writeheader()
        writer.writerows(results)


def main():
    ap = argparse.ArgumentParser(description="compare the checkpoints of a run")
    ap.add_argument("run", type=Path)
    ap.add_argument("--nights", type=int, default=100)
    ap.add_argument("--n-envs", type=int, default=4)
    ap.add_argument("--seed", type=int, default=42)
    ap.add_argument("--stochastic", action="store_true")
    args = ap.parse_args()

    out = args.run / "eval"
    out.mkdir(exist_ok=True)
    for file in sorted(args.run.glob("frost_*_steps.zip")):
        env = build_env(args.n_envs, args.seed, args.run / "vecnormalize.pkl")
        model = RecurrentPPO.load(file, device="cpu")
        report(file.stem, run_nights(model, env, args.nights, not args.stochastic), out)
        env.close()


if __name__ == "__main__":
    main()
