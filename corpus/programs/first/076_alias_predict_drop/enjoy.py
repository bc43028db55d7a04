import argparse
import importlib
import os

import gymnasium as gym
import imageio
import numpy as np
from sb3_contrib import RecurrentPPO as PPO
from stable_baselines3.common.vec_env import DummyVecEnv, VecNormalize


def load_env(args):
    env = DummyVecEnv([lambda: gym.make(args.env, render_mode="rgb_array")])
    stats = os.path.join(args.folder, "vecnormalize.pkl")
    if os.path.isfile(stats):
        env = VecNormalize.load(stats, env)
        env.training = False
        env.norm_reward = False
    return env


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--env", type=str, default="BipedalWalkerHardcore-v3")
    parser.add_argument("--folder", type=str, default="rl-trained-agents/walker")
    parser.add_argument("-n", "--n-timesteps", type=int, default=2000)
    parser.add_argument("--stochastic", action="store_true")
    parser.add_argument("--video", type=str, default="")
    parser.add_argument("--gym-packages", nargs="+", default=[])
    args = parser.parse_args()
    for pkg in args.gym_packages:
        importlib.import_module(pkg)

    env = load_env(args)
    model = PPO.load(os.path.join(args.folder, "best_model.zip"), env=env)
    obs = env.reset()
    frames, ep_rewards, ep_r, ep_len = [], [], 0.0, 0
    for _ in range(args.n_timesteps):
        action, _ = model.predict(obs, deterministic=not args.stochastic)
        obs, reward, done, infos = env.step(action)
        ep_r += reward[0]
        ep_len += 1
        if args.video:
            frames.append(env.render())
        if done[0]:
            print(f"Episode reward: {ep_r:.2f}  length: {ep_len}")
            ep_rewards.append(ep_r)
            ep_r, ep_len = 0.0, 0
    if ep_rewards:
        print(f"Mean reward: {np.mean(ep_rewards):.2f} +/- {np.std(ep_rewards):.2f}")
    if frames:
        imageio.mimsave(args.video, frames, fps=30)
    env.close()


if __name__ == "__main__":
    main()
