"""Evaluate a trained RecurrentPPO balance policy under growing sensor noise and IMU dropouts."""
import argparse
import csv
from pathlib import Path

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv, VecNormalize


class ImuFaults(gym.ObservationWrapper):
    def __init__(self, env: gym.Env, sigma: float, dropout: float):
        super().__init__(env)
        self.sigma, self.dropout = sigma, dropout
        self.held = None

    def reset(self, **kwargs):
        self.held = None
        return super().reset(**kwargs)

    def observation(self, obs):
        rng = self.unwrapped.np_random
        if self.held is None or rng.random() >= self.dropout:
            self.held = obs + rng.normal(0.0, self.sigma, obs.shape)
        return self.held.astype(np.float32)


def make_venv(env_id: str, n: int, sigma: float, dropout: float, stats: Path) -> VecEnv:
    venv = DummyVecEnv([lambda: Monitor(ImuFaults(gym.make(env_id), sigma, dropout)) for _ in range(n)])
    if stats.exists():
        venv = VecNormalize.load(str(stats), venv)
        venv.training = False
        venv.norm_reward = False
    venv.seed(123)
    return venv


def rollouts(model: RecurrentPPO, venv: VecEnv, n_episodes: int) -> list[float]:
    obs = venv.reset()
    lstm_states = None
    episode_starts = np.ones((venv.num_envs,), dtype=bool)
    returns: list[float] = []
    while len(returns) < n_episodes:
        actions, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, _, dones, infos = venv.step(actions)
        episode_starts = dones
        returns += [info["episode"]["r"] for info, d in zip(infos, dones) if d]
    return returns[:n_episodes]


def main() -> None:
    ap = argparse.ArgumentParser(description=__doc__)
    ap.add_argument("runs", type=Path, nargs="+", help="folders with model.zip and vecnormalize.pkl")
    ap.add_argument("--env", default="InvertedDoublePendulum-v4")
    ap.add_argument("--episodes", type=int, default=40)
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--sigmas", type=float, nargs="*", default=[0.0, 0.01, 0.03, 0.1])
    ap.add_argument("--dropouts", type=float, nargs="*", default=[0.0, 0.1, 0.3])
    ap.add_argument("--out", type=Path, default=Path("sweep.csv"))
    args = ap.parse_args()

    with args.out.open("w", newline="") as f:
        table = csv.writer(f)
        table.writerow(["run", "sigma", "dropout", "mean", "std", "worst"])
        for run in args.runs:
            model = RecurrentPPO.load(run / "model.zip", device="cpu")
            for sigma in args.sigmas:
                for dropout in args.dropouts:
                    venv = make_venv(args.env, args.n_envs, sigma, dropout, run / "vecnormalize.pkl")
                    r = np.array(rollouts(model, venv, args.episodes))
                    venv.close()
                    table.writerow([run.name, sigma, dropout, f"{r.mean():.1f}", f"{r.std():.1f}", f"{r.min():.1f}"])
                    print(f"{run.name:20s} sigma={sigma:<5} dropout={dropout:<4} {r.mean():8.1f} +- {r.std():.1f}")


if __name__ == "__main__":
    main()
