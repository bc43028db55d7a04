import argparse
import socket
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from islands.migrate import MigrationCallback


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--name", default=socket.gethostname())
    parser.add_argument("--sea", type=Path, default=Path("/mnt/shared/sea"))
    parser.add_argument("--env", default="BipedalWalkerHardcore-v3")
    parser.add_argument("--steps", type=int, default=20_000_000)
    parser.add_argument("--seed", type=int, default=None)
    args = parser.parse_args()
    venv = make_vec_env(args.env, n_envs=16, seed=args.seed, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=512,
        batch_size=2048,
        learning_rate=2.5e-4,
        ent_coef=0.001,
        policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
        tensorboard_log=f"runs/{args.name}",
        verbose=1,
        seed=args.seed,
    )
    migration = MigrationCallback(args.name, args.sea, publish_every=200_000, look_every=100_000)
    model.learn(args.steps, callback=migration)
    model.save(f"{args.name}_final")


if __name__ == "__main__":
    main()
