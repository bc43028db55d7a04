from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize

from straddle_env import StraddleHedge


def build(n_envs: int, seed: int) -> VecNormalize:
    return VecNormalize(make_vec_env(StraddleHedge, n_envs=n_envs, seed=seed), norm_reward=False)


def train(folder: Path, steps: int) -> None:
    env = build(16, 0)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=180, batch_size=720, gamma=1.0, gae_lambda=0.97,
        policy_kwargs={"lstm_hidden_size": 32, "net_arch": [32]}, verbose=1,
    )
    model.learn(steps)
    folder.mkdir(parents=True, exist_ok=True)
    model.save(folder / "hedger")
    env.save(str(folder / "norm.pkl"))


def backtest(folder: Path, n_paths: int, n_envs: int = 32) -> np.ndarray:
    env = VecNormalize.load(str(folder / "norm.pkl"), make_vec_env(StraddleHedge, n_envs=n_envs, seed=777))
    env.training = False
    model = RecurrentPPO.load(folder / "hedger")

    obs = env.reset()
    lstm_states = None
    episode_starts = np.ones((n_envs,), dtype=bool)
    running = np.zeros(n_envs)
    results: list[float] = []
    while len(results) < n_paths:
        actions, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, _, dones, infos = env.step(actions)
        episode_starts = dones
        running += np.array([info["gain"] for info in infos])
        for i in np.flatnonzero(dones):
            results.append(float(running[i]))
            running[i] = 0.0
    return np.array(results[:n_paths])


def unhedged(n_paths: int) -> np.ndarray:
    env = StraddleHedge()
    out = []
    for s in range(n_paths):
        env.reset(seed=s)
        total, over = 0.0, False
        while not over:
            _, _, over, _, info = env.step(np.zeros(1))
            total += info["gain"]
        out.append(total)
    return np.array(out)


if __name__ == "__main__":
    cli = argparse.ArgumentParser()
    cli.add_argument("mode", choices=["train", "backtest"])
    cli.add_argument("--folder", type=Path, default=Path("runs/straddle"))
    cli.add_argument("--steps", type=int, default=2_000_000)
    cli.add_argument("--paths", type=int, default=5000)
    ns = cli.parse_args()
    if ns.mode == "train":
        train(ns.folder, ns.steps)
    else:
        for label, pnl in (("hedged", backtest(ns.folder, ns.paths)), ("unhedged", unhedged(ns.paths))):
            tail = pnl[pnl <= np.quantile(pnl, 0.05)].mean()
            print(f"{label:9s} mean {pnl.mean():+.5f}  std {pnl.std():.5f}  worst 5% {tail:+.5f}")
