import argparse
import glob
import os

import gymnasium as gym
import numpy as np
import pfrl
import torch
from pfrl import agents, explorers, replay_buffers
from torch import nn


def phi(x):
    return np.asarray(x, dtype=np.float32)


def make_agent(n_obs, n_act):
    q = pfrl.nn.RecurrentSequential(
        nn.Linear(n_obs, 64),
        nn.ReLU(),
        nn.LSTM(num_layers=1, input_size=64, hidden_size=64),
        nn.Linear(64, n_act),
        pfrl.q_functions.DiscreteActionValueHead(),
    )
    opt = torch.optim.Adam(q.parameters(), lr=1e-4)
    rbuf = replay_buffers.EpisodicReplayBuffer(10 ** 5)
    explorer = explorers.Greedy()
    return agents.DoubleDQN(q, opt, rbuf, gpu=-1, gamma=0.99, explorer=explorer,
                            replay_start_size=10 ** 4, target_update_interval=2000,
                            phi=phi, minibatch_size=4, episodic_update_len=10, recurrent=True)


def run_episode(env, agent, limit):
    obs, _ = env.reset()
    total, t = 0.0, 0
    while True:
        action = agent.act(obs)
        obs, r, term, trunc, _ = env.step(action)
        total += r
        t += 1
        reset = trunc or t >= limit
        agent.observe(obs, r, term, reset)
        if term or reset:
            return total


def score(env, agent, folder, episodes, limit):
    agent.load(folder)
    with agent.eval_mode():
        return [run_episode(env, agent, limit) for _ in range(episodes)]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("results")
    ap.add_argument("--env", default="CartPole-v1")
    ap.add_argument("--episodes", type=int, default=20)
    ap.add_argument("--limit", type=int, default=500)
    args = ap.parse_args()

    env = gym.make(args.env)
    agent = make_agent(env.observation_space.shape[0], env.action_space.n)
    folders = sorted(glob.glob(os.path.join(args.results, "*_checkpoint")), key=os.path.getmtime)
    table = []
    for folder in folders:
        s = score(env, agent, folder, args.episodes, args.limit)
        table.append((np.mean(s), np.std(s), os.path.basename(folder)))
        print("%-28s %8.2f +- %.2f" % (table[-1][2], table[-1][0], table[-1][1]))
    print("best:", max(table)[2])


if __name__ == "__main__":
    main()
