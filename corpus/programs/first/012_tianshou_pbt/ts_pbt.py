import argparse
import copy
import pprint

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--task", default="CartPole-v1")
    p.add_argument("--workers", type=int, default=4)
    p.add_argument("--stack", type=int, default=4)
    p.add_argument("--epochs", type=int, default=50)
    p.add_argument("--step-per-collect", type=int, default=100)
    p.add_argument("--device", default="cuda" if torch.cuda.is_available() else "cpu")
    return p.parse_args()


class Worker:
    def __init__(self, i, args):
        self.i = i
        envs = DummyVectorEnv([lambda: gym.make(args.task) for _ in range(8)])
        env = gym.make(args.task)
        net = Recurrent(1, env.observation_space.shape, env.action_space.n, args.device).to(args.device)
        self.lr = 10 ** np.random.uniform(-4, -2.5)
        self.optim = torch.optim.Adam(net.parameters(), lr=self.lr)
        self.policy = DQNPolicy(net, self.optim, 0.99, 3, target_update_freq=320)
        self.policy.set_eps(0.1)
        self.buf = VectorReplayBuffer(20000, 8, stack_num=args.stack, ignore_obs_next=True)
        self.collector = Collector(self.policy, envs, self.buf, exploration_noise=True)
        self.collector.reset()
        self.returns = []

    def train_epoch(self, args, updates=200):
        for _ in range(updates):
            res = self.collector.collect(n_step=args.step_per_collect)
            if res["n/ep"] > 0:
                self.returns.append(res["rew"])
            self.policy.update(64, self.buf)

    @property
    def fitness(self):
        return np.mean(self.returns[-20:]) if self.returns else 0.0


def main():
    args = get_args()
    workers = [Worker(i, args) for i in range(args.workers)]
    for epoch in range(args.epochs):
        for w in workers:
            w.train_epoch(args)
        rank = sorted(workers, key=lambda w: w.fitness)
        bad, good = rank[0], rank[-1]
        if good.fitness > bad.fitness * 1.2:
            bad.policy.load_state_dict(copy.deepcopy(good.policy.state_dict()))
            bad.lr = good.lr * np.random.choice([0.8, 1.25])
            for g in bad.optim.param_groups:
                g["lr"] = bad.lr
        pprint.pprint({w.i: (round(float(w.fitness), 1), w.lr) for w in workers})


if __name__ == "__main__":
    main()
