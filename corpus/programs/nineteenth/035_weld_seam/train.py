import argparse
import os

import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env

from seam_env import SeamEnv


def weld(model, seed):
    env = SeamEnv()
    obs, _ = env.reset(seed=seed)
    lstm_states = None
    start = np.ones((1,), dtype=bool)
    offs, total, done = [], 0.0, False
    while not done:
        action, lstm_states = model.predict(obs, state=lstm_states, episode_start=start, deterministic=True)
        obs, reward, terminated, truncated, info = env.step(action)
        done = terminated or truncated
        start = np.zeros((1,), dtype=bool)
        offs.append(info["off"])
        total += reward
    return total, max(offs), len(offs)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--steps", type=int, default=800_000)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--logdir", default="logs/weld")
    parser.add_argument("--test-seams", type=int, default=25)
    args = parser.parse_args()

    env = make_vec_env(SeamEnv, n_envs=args.n_envs, seed=0)
    eval_env = make_vec_env(SeamEnv, n_envs=1, seed=1000)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=200,
        batch_size=400,
        learning_rate=2.5e-4,
        policy_kwargs={"lstm_hidden_size": 64, "enable_critic_lstm": True},
        tensorboard_log=args.logdir,
        verbose=1,
    )
    best = EvalCallback(
        eval_env,
        best_model_save_path=args.logdir,
        eval_freq=5000,
        n_eval_episodes=10,
    )
    model.learn(args.steps, callback=best)
    model.save(os.path.join(args.logdir, "last"))

    # test the best one
    model.load(os.path.join(args.logdir, "best_model"))
    results = [weld(model, 5000 + i) for i in range(args.test_seams)]
    for i, (total, off, n) in enumerate(results):
        print(f"seam {i:2d}: return {total:7.1f}  max offset {off:.2f} mm  points {n}")
    print("mean return", np.mean([r[0] for r in results]))


if __name__ == "__main__":
    main()
