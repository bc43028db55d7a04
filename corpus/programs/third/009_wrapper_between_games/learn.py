import argparse
import os

import gymnasium as gym
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CheckpointCallback
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

import gym_rps  # noqa: F401
from gym_rps.rival import Rival


def build(folder):
    return gym.make("RepeatedRPS-v0", rival=Rival(folder))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--folder", default="selves")
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--every", type=int, default=50_000)
    args = ap.parse_args()
    os.makedirs(args.folder, exist_ok=True)
    venv = VecMonitor(DummyVecEnv([lambda: build(args.folder)] * args.envs))
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=120, batch_size=240, ent_coef=0.02, verbose=1)
    saver = CheckpointCallback(args.every // args.envs, args.folder, name_prefix="self")
    model.learn(args.steps, callback=saver)
    model.save("rps_final")


if __name__ == "__main__":
    main()
