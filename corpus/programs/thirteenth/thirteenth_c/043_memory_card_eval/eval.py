"""Table 3: episode length and solved rate of the trained agents, n parallel envs.

python eval.py runs/seed*/final.zip --episodes 500
"""
import argparse
from pathlib import Path

import numpy as np
import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from cards_env import MemoryCards


def run_agent(path, n_envs, n_episodes, deterministic, seed):
    env = make_vec_env(MemoryCards, n_envs=n_envs, seed=seed)
    model = RecurrentPPO.load(path, device="cpu")

    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((n_envs,), dtype=bool)
    returns, lengths = np.zeros(n_envs), np.zeros(n_envs, dtype=int)
    rows = []
    while len(rows) < n_episodes:
        actions, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=deterministic
        )
        obs, rewards, dones, infos = env.step(actions)
        episode_starts = dones
        returns += rewards
        lengths += 1
        for i in np.flatnonzero(dones):
            rows.append({
                "agent": Path(path).parent.name,
                "return": returns[i],
                "length": int(lengths[i]),
                "pairs": infos[i]["pairs"],
                "solved": not infos[i].get("TimeLimit.truncated", False),
            })
            returns[i], lengths[i] = 0.0, 0
    env.close()
    return rows[:n_episodes]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("agents", nargs="+")
    ap.add_argument("--episodes", type=int, default=200)
    ap.add_argument("--envs", type=int, default=16)
    ap.add_argument("--stochastic", action="store_true")
    ap.add_argument("--seed", type=int, default=10_000)
    ap.add_argument("--csv", default="table3.csv")
    args = ap.parse_args()

    rows = []
    for path in args.agents:
        rows += run_agent(path, args.envs, args.episodes, not args.stochastic, args.seed)
    df = pd.DataFrame(rows)
    df.to_csv(args.csv, index=False)
    print(df.groupby("agent")[["return", "length", "pairs", "solved"]].mean().round(3))


if __name__ == "__main__":
    main()
