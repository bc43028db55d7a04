#!/usr/bin/env python3
"""Data-centre cooling with a recurrent DQN (tianshou 0.5)."""
import argparse
import os
import pprint

import gymnasium as gym
import numpy as np
import torch
from gymnasium import spaces
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent
from torch.utils.tensorboard import SummaryWriter


class Racks(gym.Env):
    """Three fan levels; load comes in bursts that the sensor shows late."""

    def __init__(self, length=1000):
        self.length = length
        self.observation_space = spaces.Box(-5, 5, (3,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.temp, self.load, self.pipe, self.t = 0.0, 0.3, [0.3] * 6, 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.temp + self.np_random.normal(0, 0.1), self.pipe[0], self.t / self.length], dtype=np.float32)

    def step(self, action):
        if self.np_random.random() < 0.03:
            self.load = self.np_random.uniform(0, 1)
        self.pipe = self.pipe[1:] + [self.load]
        self.temp += 0.2 * self.load - 0.1 * int(action) - 0.02 * self.temp
        self.t += 1
        reward = -0.1 * int(action) - max(0.0, self.temp - 1.0)
        return self._obs(), float(reward), self.temp > 4, self.t >= self.length, {}


def get_args():
    parser = argparse.ArgumentParser()
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--eps-test", type=float, default=0.0)
    parser.add_argument("--eps-train", type=float, default=0.1)
    parser.add_argument("--buffer-size", type=int, default=40_000)
    parser.add_argument("--lr", type=float, default=1e-3)
    parser.add_argument("--stack-num", type=int, default=8)
    parser.add_argument("--layer-num", type=int, default=2)
    parser.add_argument("--gamma", type=float, default=0.97)
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--collects", type=int, default=120)
    parser.add_argument("--step-per-collect", type=int, default=160)
    parser.add_argument("--update-per-collect", type=int, default=12)
    parser.add_argument("--batch-size", type=int, default=128)
    parser.add_argument("--training-num", type=int, default=16)
    parser.add_argument("--test-num", type=int, default=8)
    parser.add_argument("--slack", type=float, default=40.0, help="tolerated loss against the best test score")
    parser.add_argument("--logdir", default="log/cooling_drqn")
    return parser.parse_args()


def build(args):
    env = Racks()
    net = Recurrent(args.layer_num, env.observation_space.shape, env.action_space.n, "cpu", hidden_layer_size=64)
    optim = torch.optim.Adam(net.parameters(), lr=args.lr)
    return DQNPolicy(net, optim, args.gamma, 3, target_update_freq=320)


def restore_best(policy, path):
    print(f"=> back to {path}")
    policy.load_state_dict(torch.load(path))


def main():
    args = get_args()
    np.random.seed(args.seed)
    torch.manual_seed(args.seed)
    os.makedirs(args.logdir, exist_ok=True)
    best_path = os.path.join(args.logdir, "best.pth")

    policy = build(args)
    train_envs = DummyVectorEnv([Racks for _ in range(args.training_num)])
    test_envs = DummyVectorEnv([Racks for _ in range(args.test_num)])
    train_envs.seed(args.seed)
    test_envs.seed(args.seed + 1000)
    buffer = VectorReplayBuffer(
        args.buffer_size, buffer_num=len(train_envs), stack_num=args.stack_num, ignore_obs_next=True
    )
    train_collector = Collector(policy, train_envs, buffer, exploration_noise=True)
    test_collector = Collector(policy, test_envs, exploration_noise=False)
    writer = SummaryWriter(args.logdir)

    policy.train()
    policy.set_eps(1.0)
    train_collector.collect(n_step=args.batch_size * args.training_num, random=True)
    best, history = -np.inf, []
    for epoch in range(1, args.epochs + 1):
        policy.train()
        policy.set_eps(max(args.eps_train, 1.0 - epoch / 10))
        for _ in range(args.collects):
            train_collector.collect(n_step=args.step_per_collect)
            for _ in range(args.update_per_collect):
                losses = policy.update(args.batch_size, train_collector.buffer)

        policy.eval()
        policy.set_eps(args.eps_test)
        test_collector.reset()
        result = test_collector.collect(n_episode=args.test_num)
        score = float(result["rew"])
        history.append(score)
        writer.add_scalar("test/reward", score, epoch)
        writer.add_scalar("train/loss", losses["loss"], epoch)
        print(f"epoch {epoch:3d}  test {score:8.2f}  best {best:8.2f}")
        if score > best:
            best = score
            torch.save(policy.state_dict(), best_path)
        elif score < best - args.slack:
            restore_best(policy, best_path)
            writer.add_scalar("train/restored", 1, epoch)
    pprint.pprint({"best": best, "last": history[-5:]})


if __name__ == "__main__":
    main()
