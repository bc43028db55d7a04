"""Follow a running training: fly the newest policy in the attitude simulator.

    python watch_slew.py runs/slew_rppo --envs 4
"""
import argparse
import csv
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize

import satpoint  # noqa: F401  registers SatPointing-v0


def parse():
    ap = argparse.ArgumentParser()
    ap.add_argument("run", type=Path)
    ap.add_argument("--envs", type=int, default=4)
    ap.add_argument("--poll", type=int, default=1000, help="steps between looks at the run folder")
    ap.add_argument("--steps", type=int, default=500_000)
    return ap.parse_args()


def newest(run: Path) -> Path:
    zips = list(run.glob("rl_model_*_steps.zip"))
    if not zips:
        raise SystemExit(f"no checkpoints in {run}")
    return max(zips, key=lambda p: int(p.stem.split("_")[2]))


def make_env(args):
    venv = DummyVecEnv([lambda: gym.make("SatPointing-v0") for _ in range(args.envs)])
    stats = args.run / "vecnormalize.pkl"
    if stats.exists():
        venv = VecNormalize.load(str(stats), venv)
        venv.training = False
        venv.norm_reward = False
    return venv


def main():
    args = parse()
    env = make_env(args)
    path = newest(args.run)
    model = RecurrentPPO.load(path, device="cpu")

    out = open(args.run / "watch.csv", "a", newline="")
    log = csv.writer(out)

    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((args.envs,), dtype=bool)
    returns = np.zeros(args.envs)
    errors = np.zeros(args.envs)
    lengths = np.zeros(args.envs, dtype=int)

    for step in range(1, args.steps + 1):
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, reward, dones, infos = env.step(action)
        episode_starts = dones
        returns += reward
        lengths += 1
        for i, info in enumerate(infos):
            errors[i] += info["pointing_error_deg"]
            if dones[i]:
                log.writerow([path.name, lengths[i], f"{returns[i]:.2f}",
                              f"{errors[i] / lengths[i]:.4f}"])
                out.flush()
                returns[i] = errors[i] = 0.0
                lengths[i] = 0

        if step % args.poll == 0:
            latest = newest(args.run)
            if latest != path:
                print(f"step {step}: switching to {latest.name}")
                path = latest
                model = RecurrentPPO.load(path, device="cpu")

    out.close()


if __name__ == "__main__":
    main()
