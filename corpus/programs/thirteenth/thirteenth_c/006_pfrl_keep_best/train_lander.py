"""Recurrent PPO (pfrl) on LunarLander without velocities, with rollback to the best evaluation."""
import argparse
import os

import gym
import numpy as np
import pfrl
import torch
from pfrl.agents import PPO
from pfrl.policies import SoftmaxCategoricalHead
from torch import nn


class PositionOnly(gym.ObservationWrapper):
    KEEP = [0, 1, 4, 6, 7]

    def __init__(self, env):
        super().__init__(env)
        box = env.observation_space
        self.observation_space = gym.spaces.Box(box.low[self.KEEP], box.high[self.KEEP], dtype=np.float32)

    def observation(self, obs):
        return obs[self.KEEP].astype(np.float32)


def make_env(seed):
    env = PositionOnly(gym.make("LunarLander-v2"))
    env.seed(seed)
    return env


def make_agent(obs_size, n_actions, args):
    model = pfrl.nn.RecurrentSequential(
        nn.Linear(obs_size, 128),
        nn.Tanh(),
        nn.LSTM(num_layers=1, input_size=128, hidden_size=128),
        pfrl.nn.Branched(
            nn.Sequential(nn.Linear(128, n_actions), SoftmaxCategoricalHead()),
            nn.Linear(128, 1),
        ),
    )
    opt = torch.optim.Adam(model.parameters(), lr=args.lr, eps=1e-5)
    return PPO(
        model,
        opt,
        gpu=args.gpu,
        recurrent=True,
        max_recurrent_sequence_len=64,
        update_interval=2048,
        minibatch_size=256,
        epochs=6,
        clip_eps=0.2,
        entropy_coef=0.01,
        standardize_advantages=True,
    )


def play(env, agent, max_len=1000):
    obs = env.reset()
    total, steps = 0.0, 0
    while True:
        action = agent.act(obs)
        obs, reward, done, _ = env.step(action)
        total += reward
        steps += 1
        reset = steps == max_len
        agent.observe(obs, reward, done, reset)
        if done or reset:
            return total, steps


def evaluate(env, agent, n):
    with agent.eval_mode():
        return float(np.mean([play(env, agent)[0] for _ in range(n)]))


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=2_000_000)
    p.add_argument("--eval-interval", type=int, default=20_000)
    p.add_argument("--eval-episodes", type=int, default=10)
    p.add_argument("--drop", type=float, default=80.0)
    p.add_argument("--give-up", type=int, default=25)
    p.add_argument("--lr", type=float, default=2.5e-4)
    p.add_argument("--gpu", type=int, default=-1)
    p.add_argument("--out", default="runs/lander")
    args = p.parse_args()

    env, test_env = make_env(0), make_env(1000)
    agent = make_agent(env.observation_space.shape[0], env.action_space.n, args)
    best_dir = os.path.join(args.out, "best")
    os.makedirs(args.out, exist_ok=True)

    best, since_best, t, next_eval = -np.inf, 0, 0, args.eval_interval
    while t < args.steps and since_best < args.give_up:
        ret, length = play(env, agent)
        t += length
        if t < next_eval:
            continue
        next_eval += args.eval_interval
        score = evaluate(test_env, agent, args.eval_episodes)
        print(f"{t:8d}  train {ret:8.1f}  eval {score:8.1f}  best {best:8.1f}", agent.get_statistics())
        if score > best:
            best, since_best = score, 0
            agent.save(best_dir)
            continue
        since_best += 1
        if score < best - args.drop:
            agent.load(best_dir)

    agent.load(best_dir)
    print("final", evaluate(test_env, agent, 50))


if __name__ == "__main__":
    main()
