"""Compare several saved RecurrentPPO checkpoints on the same set of ice fields."""
import argparse
import csv
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO

from icebreaker import IcebreakerEnv


def run_checkpoint(model, seeds, deterministic=True):
    env = IcebreakerEnv()
    returns, arrivals, lengths = [], 0, []
    for seed in seeds:
        obs, _ = env.reset(seed=int(seed))
        done = False
        total = 0.0
        steps = 0
        while not done:
            action, _states = model.predict(obs, deterministic=deterministic)
            obs, reward, terminated, truncated, info = env.step(action)
            done = terminated or truncated
            total += reward
            steps += 1
        returns.append(total)
        lengths.append(steps)
        arrivals += int(info["arrived"])
    return {
        "return_mean": float(np.mean(returns)),
        "return_std": float(np.std(returns)),
        "arrival_rate": arrivals / len(seeds),
        "length_mean": float(np.mean(lengths)),
    }


def checkpoint_step(path):
    digits = "".join(c for c in path.stem if c.isdigit())
    return int(digits) if digits else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--episodes", type=int, default=50)
    parser.add_argument("--csv", type=Path, default=Path("icebreaker_eval.csv"))
    parser.add_argument("--stochastic", action="store_true")
    args = parser.parse_args()

    checkpoints = sorted(args.folder.glob("*.zip"), key=checkpoint_step)
    if not checkpoints:
        raise SystemExit(f"no checkpoints in {args.folder}")

    seeds = np.random.default_rng(2024).integers(0, 2**31 - 1, size=args.episodes)
    rows = []
    for path in checkpoints:
        model = RecurrentPPO.load(path, device="cpu")
        result = run_checkpoint(model, seeds, deterministic=not args.stochastic)
        result["checkpoint"] = path.name
        rows.append(result)
        print(
            f"{path.name:30s} return {result['return_mean']:7.2f} +- {result['return_std']:.2f}  "
            f"arrived {100 * result['arrival_rate']:.0f}%"
        )

    best = max(rows, key=lambda r: r["return_mean"])
    print(f"best: {best['checkpoint']}")
    with args.csv.open("w", newline="") as handle:
        writer = csv.DictWriter(handle, fieldnames=list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


if __name__ == "__main__":
    main()
