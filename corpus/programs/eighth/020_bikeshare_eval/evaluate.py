"""Compare saved RecurrentPPO agents of the bike-share city over many days."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv

from city import BikeShareEnv


def evaluate(model: RecurrentPPO, env: VecEnv, days: int, deterministic: bool = True) -> list[float]:
    obs = env.reset()
    states = None
    starts = np.ones((env.num_envs,), dtype=bool)
    running = np.zeros(env.num_envs)
    finished: list[float] = []
    while len(finished) < days:
        actions, states = model.predict(obs, state=states, episode_start=starts, deterministic=deterministic)
        obs, rewards, dones, _ = env.step(actions)
        running += rewards
        starts = dones
        for i in np.flatnonzero(dones):
            finished.append(float(running[i]))
            running[i] = 0.0
    return finished[:days]


def train(path: Path, steps: int, seed: int) -> None:
    env = make_vec_env(BikeShareEnv, n_envs=8, seed=seed)
    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=96, batch_size=192, seed=seed)
    model.learn(steps)
    model.save(path)
    env.close()


def compare(folder: Path, days: int) -> dict[str, dict[str, float]]:
    env = make_vec_env(BikeShareEnv, n_envs=4, seed=1234)
    table = {}
    for path in sorted(folder.glob("*.zip")):
        model = RecurrentPPO.load(path, device="cpu")
        returns = evaluate(model, env, days)
        table[path.stem] = {"mean": float(np.mean(returns)), "std": float(np.std(returns))}
        print(f"{path.stem:30s} {table[path.stem]['mean']:8.2f} +- {table[path.stem]['std']:.2f}")
    env.close()
    return table


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("--train", type=int, default=0, help="first train this many steps")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--days", type=int, default=40)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)
    if args.train:
        train(args.folder / f"seed{args.seed}.zip", args.train, args.seed)
    table = compare(args.folder, args.days)
    (args.folder / "table.json").write_text(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
