import argparse
import time

import gymnasium as gym
import numpy as np
import panda_gym  # noqa: F401
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecNormalize


def train(args):
    env = make_vec_env(args.env, n_envs=args.n_envs, seed=args.seed)
    env = VecNormalize(env, norm_reward=False, clip_obs=10.0)
    model = RecurrentPPO("MultiInputLstmPolicy", env, n_steps=128, batch_size=256, n_epochs=8,
                         gamma=0.97, learning_rate=5e-4, seed=args.seed, verbose=1)
    model.learn(args.steps)
    model.save(args.model)
    env.save(args.model + "_norm.pkl")


def bench(args):
    venv = make_vec_env(args.env, n_envs=args.n_envs, seed=args.seed + 1)
    venv = VecNormalize.load(args.model + "_norm.pkl", venv)
    venv.training = False
    model = RecurrentPPO.load(args.model, env=venv)

    n = venv.num_envs
    obs = venv.reset()
    lstm_states = None
    episode_starts = np.ones((n,), dtype=bool)
    lengths = np.zeros(n, dtype=int)
    success, effort = [], []
    tic = time.time()
    while len(success) < args.episodes:
        action, lstm_states = model.predict(
            obs, state=lstm_states, episode_start=episode_starts, deterministic=True
        )
        obs, reward, dones, infos = venv.step(action)
        lengths += 1
        effort.append(np.abs(action).mean())
        for i in range(n):
            if dones[i]:
                success.append(bool(infos[i].get("is_success", False)))
                lengths[i] = 0
    toc = time.time() - tic
    print(f"{args.model}: success {np.mean(success):.3f} over {len(success)} episodes")
    print(f"mean effort {np.mean(effort):.3f}, {len(effort) * n / toc:.0f} steps/s")
    venv.close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("what", choices=["train", "bench"])
    parser.add_argument("--env", default="PandaPickAndPlaceDense-v3")
    parser.add_argument("--model", default="panda_lstm")
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--steps", type=int, default=2_000_000)
    parser.add_argument("--episodes", type=int, default=200)
    parser.add_argument("--seed", type=int, default=42)
    cfg = parser.parse_args()
    {"train": train, "bench": bench}[cfg.what](cfg)
