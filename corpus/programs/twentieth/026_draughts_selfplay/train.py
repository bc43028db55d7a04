import argparse
import os

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.env_util import make_vec_env

from selfplay_env import DraughtsSelfPlay

if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--out", default="runs/draughts")
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--envs", type=int, default=8)
    args = parser.parse_args()

    snaps = os.path.join(args.out, "snapshots")
    os.makedirs(snaps, exist_ok=True)
    venv = make_vec_env(DraughtsSelfPlay, n_envs=args.envs, env_kwargs={"snapshot_dir": snaps})
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=256, ent_coef=0.01, verbose=1)
    model.learn(args.steps, callback=CheckpointCallback(save_freq=25_000, save_path=snaps, name_prefix="gen"))
    model.save(os.path.join(args.out, "final"))
