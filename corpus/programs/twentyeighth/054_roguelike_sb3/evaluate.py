import argparse
import re
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from rogue_env import RogueEnv


def steps_of(path):
    found = re.search(r"_(\d+)_steps", path.stem)
    return int(found.group(1)) if found else 10**12


def evaluate(model, env, episodes, deterministic=True):
    n = env.num_envs
    obs = env.reset()
    lstm = None
    starts = np.ones((n,), dtype=bool)
    returns, escaped = [], []
    running = np.zeros(n)
    while len(returns) < episodes:
        actions, lstm = model.predict(obs, state=lstm, episode_start=starts, deterministic=deterministic)
        obs, rewards, dones, infos = env.step(actions)
        running += rewards
        for i in np.where(dones)[0]:
            returns.append(running[i])
            escaped.append(infos[i]["escaped"])
            running[i] = 0.0
    return np.mean(returns), np.std(returns), np.mean(escaped)


def main():
    parser = argparse.ArgumentParser(description="table of all checkpoints")
    parser.add_argument("--folder", type=Path, default=Path("checkpoints"))
    parser.add_argument("--episodes", type=int, default=300)
    parser.add_argument("--envs", type=int, default=8)
    parser.add_argument("--stochastic", action="store_true")
    args = parser.parse_args()

    env = make_vec_env(RogueEnv, n_envs=args.envs, seed=1234)
    rows = []
    for path in sorted(args.folder.glob("rogue_*.zip"), key=steps_of):
        model = RecurrentPPO.load(path, device="cpu")
        mean, std, out = evaluate(model, env, args.episodes, not args.stochastic)
        rows.append((path.name, mean, std, out))
        print(f"{path.name:32s} {mean:6.3f} +- {std:.3f}   escaped {100 * out:.0f} %")
    if rows:
        print("best by escapes:", max(rows, key=lambda r: r[3])[0])


if __name__ == "__main__":
    main()
