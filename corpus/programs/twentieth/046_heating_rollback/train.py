from __future__ import annotations

import argparse
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from callbacks import RollbackOnCollapse
from heating_env import HeatingCellar


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, default=Path("runs/cellar"))
    parser.add_argument("--timesteps", type=int, default=3_000_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--seed", type=int, default=11)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)

    env = make_vec_env(HeatingCellar, n_envs=args.n_envs, seed=args.seed)
    eval_env = make_vec_env(HeatingCellar, n_envs=2, seed=args.seed + 500)
    model = RecurrentPPO(
        "MlpLstmPolicy", env, n_steps=144, batch_size=288, n_epochs=6, gamma=0.995,
        learning_rate=lambda left: 3e-4 * left,
        policy_kwargs=dict(lstm_hidden_size=96, enable_critic_lstm=True),
        seed=args.seed, verbose=1,
    )
    model.learn(args.timesteps, callback=RollbackOnCollapse(eval_env, args.folder))
    model.save(args.folder / "last")


if __name__ == "__main__":
    main()
