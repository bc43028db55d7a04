"""Pick and place on the bench: train in simulation or run the trained agent."""
import argparse
import os

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv

import gripper_envs  # noqa: F401


def build_model(env, args):
    return RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=512,
        batch_size=128,
        learning_rate=args.lr,
        policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
        tensorboard_log="tb_gripper",
        verbose=1,
    )


def train(args):
    env = DummyVecEnv([lambda: Monitor(gym.make("GripperSim-v0")) for _ in range(args.envs)])
    model = build_model(env, args)
    model.learn(total_timesteps=args.steps)
    os.makedirs(os.path.dirname(args.model) or ".", exist_ok=True)
    model.save(args.model)
    env.close()


def run(args):
    env = DummyVecEnv([lambda: gym.make("GripperBench-v0", port=args.serial)])
    model = build_model(env, args)
    model.load(args.model)
    placed = 0
    for trial in range(args.trials):
        obs = env.reset()
        states = None
        starts = np.ones((1,), dtype=bool)
        done, info = False, {}
        while not done:
            action, states = model.predict(obs, state=states, episode_start=starts, deterministic=True)
            obs, _, dones, infos = env.step(action)
            starts = dones
            done, info = bool(dones[0]), infos[0]
        placed += int(info.get("is_success", False))
        print(f"trial {trial + 1}/{args.trials}: {'ok' if info.get('is_success') else 'missed'}")
    print(f"placed {placed} of {args.trials}")
    env.close()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("mode", choices=["train", "run"])
    ap.add_argument("--model", default="models/gripper.zip")
    ap.add_argument("--serial", default="/dev/ttyACM0")
    ap.add_argument("--steps", type=int, default=3_000_000)
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--trials", type=int, default=20)
    ap.add_argument("--lr", type=float, default=3e-4)
    cli = ap.parse_args()
    train(cli) if cli.mode == "train" else run(cli)
