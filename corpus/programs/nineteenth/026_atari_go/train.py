import argparse
import os

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from env import AtariGoEnv


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--pool", default="pool")
    ap.add_argument("--n-envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--snapshot-every", type=int, default=5_000)
    args = ap.parse_args()
    os.makedirs(args.pool, exist_ok=True)

    venv = make_vec_env(
        AtariGoEnv, n_envs=args.n_envs, env_kwargs={"pool_dir": args.pool}, vec_env_cls=SubprocVecEnv
    )
    model = RecurrentPPO(
        "MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.01,
        policy_kwargs=dict(lstm_hidden_size=128, net_arch=[128]), verbose=1,
    )
    model.learn(args.steps, callback=CheckpointCallback(args.snapshot_every, args.pool, name_prefix="go"))
    model.save("atari_go_final")


if __name__ == "__main__":
    main()
