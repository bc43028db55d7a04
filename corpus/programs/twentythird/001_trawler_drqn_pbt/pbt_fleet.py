"""Population based training of recurrent Q-networks for the trawler routing task."""
import argparse
import random

import gymnasium as gym
import numpy as np
import torch
from tianshou.data import Collector, VectorReplayBuffer
from tianshou.env import DummyVectorEnv
from tianshou.policy import DQNPolicy
from tianshou.utils.net.common import Recurrent


def get_args():
    p = argparse.ArgumentParser()
    p.add_argument("--task", default="TrawlerGrid-v1")
    p.add_argument("--members", type=int, default=6)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--rounds", type=int, default=500)
    p.add_argument("--steps-per-round", type=int, default=400)
    p.add_argument("--updates", type=int, default=40)
    p.add_argument("--batch-size", type=int, default=64)
    p.add_argument("--exploit-every", type=int, default=10)
    p.add_argument("--device", default="cpu")
    return p.parse_args()


class Member:
    def __init__(self, idx, args):
        self.idx = idx
        self.lr = 10 ** random.uniform(-4, -2.5)
        self.eps = random.uniform(0.02, 0.2)
        self.envs = DummyVectorEnv([lambda: gym.make(args.task) for _ in range(args.envs)])
        probe = gym.make(args.task)
        net = Recurrent(
            layer_num=2,
            state_shape=probe.observation_space.shape,
            action_shape=probe.action_space.n,
            device=args.device,
        ).to(args.device)
        self.optim = torch.optim.Adam(net.parameters(), lr=self.lr)
        self.policy = DQNPolicy(net, self.optim, 0.99, 3, target_update_freq=320)
        self.buffer = VectorReplayBuffer(
            60_000, buffer_num=args.envs, stack_num=4, ignore_obs_next=True
        )
        self.collector = Collector(
            self.policy, self.envs, self.buffer, exploration_noise=True
        )
        self.catch = []

    def step(self, args):
        self.policy.set_eps(self.eps)
        result = self.collector.collect(n_step=args.steps_per_round)
        if result["n/ep"] > 0:
            self.catch.append(float(np.mean(result["rews"])))
        losses = []
        for _ in range(args.updates):
            out = self.policy.update(args.batch_size, self.buffer)
            losses.append(out["loss"])
        return float(np.mean(losses))

    @property
    def score(self):
        if not self.catch:
            return -np.inf
        return float(np.mean(self.catch[-5:]))

    def inherit(self, other):
        self.policy.load_state_dict(other.policy.state_dict())
        self.lr = other.lr * random.choice([0.8, 1.25])
        self.eps = float(np.clip(other.eps * random.choice([0.8, 1.25]), 0.01, 0.4))
        for group in self.optim.param_groups:
            group["lr"] = self.lr
        self.catch = list(other.catch)


def exploit(population):
    ranked = sorted(population, key=lambda m: m.score, reverse=True)
    cut = max(1, len(ranked) // 4)
    for loser in ranked[-cut:]:
        winner = random.choice(ranked[:cut])
        loser.inherit(winner)
        print(f"  member {loser.idx} <- member {winner.idx} (lr {loser.lr:.2e})")


def main():
    args = get_args()
    population = [Member(i, args) for i in range(args.members)]
    for rnd in range(1, args.rounds + 1):
        for m in population:
            loss = m.step(args)
            print(f"round {rnd} member {m.idx} loss {loss:.4f} score {m.score:.2f}")
        if rnd % args.exploit_every == 0:
            exploit(population)
    best = max(population, key=lambda m: m.score)
    torch.save(best.policy.state_dict(), "trawler_best.pth")


if __name__ == "__main__":
    main()
