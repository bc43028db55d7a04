from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from pond import PondHeater


def run_model(path: Path, n_envs: int, episodes: int, seed: int, winter: bool) -> dict[str, float]:
    venv = VecMonitor(DummyVecEnv([lambda: PondHeater(winter) for _ in range(n_envs)]))
    venv.seed(seed)
    model = RecurrentPPO.load(path, device="cpu")

    obs = venv.reset()
    lstm_states = None
    episode_starts = np.ones((n_envs,), dtype=bool)
    returns: list[float] = []
    lengths: list[int] = []
    heating = 0
    steps = 0
    while len(returns) < episodes:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, _, dones, infos = venv.step(action)
        episode_starts = dones
        heating += int(action.sum())
        steps += n_envs
        for info in infos:
            if "episode" in info:
                returns.append(info["episode"]["r"])
                lengths.append(info["episode"]["l"])
    venv.close()
    return {
        "mean": float(np.mean(returns)),
        "std": float(np.std(returns)),
        "length": float(np.mean(lengths)),
        "heating": heating / steps,
    }


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("models", nargs="+", type=Path)
    ap.add_argument("--envs", type=int, default=4)
    ap.add_argument("--episodes", type=int, default=40)
    ap.add_argument("--seed", type=int, default=2024)
    ap.add_argument("--summer", action="store_true")
    ap.add_argument("--out", type=Path, default=Path("pond_results.json"))
    args = ap.parse_args()

    table = {}
    for path in args.models:
        table[path.stem] = run_model(path, args.envs, args.episodes, args.seed, not args.summer)
        row = table[path.stem]
        print(f"{path.stem:30s} {row['mean']:8.2f} +- {row['std']:6.2f}  heating {row['heating']:.1%}")
    best = max(table, key=lambda k: table[k]["mean"])
    print(f"best: {best}")
    args.out.write_text(json.dumps(table, indent=2))


if __name__ == "__main__":
    main()
