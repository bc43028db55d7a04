"""Plays a new agent and measures how often it agrees with a scripted controller."""
import argparse

import gymnasium as gym
import numpy as np
import torch
from memagents import make_agent


def scripted(obs):
    return (obs[:, 2] + 0.5 * obs[:, 3] > 0).astype(int)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--kind", default="gru")
    ap.add_argument("--steps", type=int, default=2000)
    args = ap.parse_args()
    envs = gym.make_vec("CartPole-v1", num_envs=8)
    agent = make_agent(args.kind, obs_dim=4, n_actions=2)
    obs, _ = envs.reset(seed=0)
    first = np.ones(8, bool)
    agree = []
    for _ in range(args.steps):
        action = agent.act(obs, first)
        agree.append((action == scripted(obs)).mean())
        obs, _, term, trunc, _ = envs.step(action)
        first = term | trunc
    print("agreement", np.mean(agree))
    torch.manual_seed(0)
    agent.save("agent.pt")


if __name__ == "__main__":
    main()
