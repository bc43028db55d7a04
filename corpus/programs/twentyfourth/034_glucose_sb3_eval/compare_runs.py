from pathlib import Path
from typing import List

import numpy as np
import typer
from sb3_contrib import RecurrentPPO

from glucose_env import GlucoseEnv


def run_day(model: RecurrentPPO, env: GlucoseEnv, seed: int) -> List[float]:
    obs, _ = env.reset(seed=seed)
    lstm_states = None
    start = np.ones((1,), dtype=bool)
    curve = []
    done = False
    while not done:
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=start, deterministic=True)
        obs, _, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        start = np.array([done])
        curve.append(info["glucose"])
    return curve


def main(folder: Path, patients: int = 20, weight: float = 70.0):
    env = GlucoseEnv(weight)
    model = RecurrentPPO("MlpLstmPolicy", env, device="cpu")
    zips = sorted(folder.glob("rl_model_*_steps.zip"), key=lambda p: int(p.stem.split("_")[2]))
    best = (-1.0, None)
    for path in zips:
        model.set_parameters(str(path), device="cpu")
        curves = [run_day(model, env, seed) for seed in range(patients)]
        flat = np.concatenate(curves)
        in_range = float(((flat > 70) & (flat < 180)).mean())
        deaths = sum(c[-1] < 40 for c in curves)
        print(f"{path.stem:32s} in range {in_range:6.1%}   severe lows {deaths}")
        best = max(best, (in_range, path.name))
    print("best:", best[1])


if __name__ == "__main__":
    typer.run(main)
