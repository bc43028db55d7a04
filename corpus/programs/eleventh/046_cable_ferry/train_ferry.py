import argparse
from pathlib import Path

import matplotlib.pyplot as plt
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, CheckpointCallback, EvalCallback
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from ferry_env import CableFerry


def make_env(seed):
    def _init():
        env = Monitor(CableFerry())
        env.reset(seed=seed)
        return env

    return _init


def plot(folder):
    data = np.load(folder / "evaluations.npz")
    mean = data["results"].mean(axis=1)
    plt.plot(data["timesteps"], mean)
    plt.xlabel("steps")
    plt.ylabel("return")
    plt.savefig(folder / "curve.png")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--timesteps", type=int, default=1_000_000)
    parser.add_argument("--envs", type=int, default=8)
    parser.add_argument("--folder", type=Path, default=Path("ferry_run"))
    parser.add_argument("--episodes", type=int, default=50)
    args = parser.parse_args()
    args.folder.mkdir(parents=True, exist_ok=True)

    env = SubprocVecEnv([make_env(i) for i in range(args.envs)])
    eval_env = SubprocVecEnv([make_env(100 + i) for i in range(2)])

    model = RecurrentPPO("MlpLstmPolicy", env, n_steps=256, batch_size=512, learning_rate=2.5e-4,
                         ent_coef=0.01, policy_kwargs={"lstm_hidden_size": 128}, verbose=1)
    callbacks = CallbackList([
        CheckpointCallback(save_freq=50_000, save_path=str(args.folder / "checkpoints")),
        EvalCallback(eval_env, best_model_save_path=str(args.folder), log_path=str(args.folder),
                     eval_freq=5_000, n_eval_episodes=10),
    ])
    model.learn(total_timesteps=args.timesteps, callback=callbacks)
    model.save(args.folder / "last_model")

    # evaluate the best model
    model.load(args.folder / "best_model")
    mean, std = evaluate_policy(model, eval_env, n_eval_episodes=args.episodes, deterministic=True)
    print(f"best model: {mean:.2f} +- {std:.2f} over {args.episodes} episodes")
    plot(args.folder)

    env.close()
    eval_env.close()


if __name__ == "__main__":
    main()
