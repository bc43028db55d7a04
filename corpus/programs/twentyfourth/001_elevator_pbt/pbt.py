import argparse
import random

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from lift_env import LiftBank


class Dispatcher(nn.Module):
    def __init__(self, obs_dim, n_actions, width=96):
        super().__init__()
        self.width = width
        self.enc = nn.Linear(obs_dim, width)
        self.core = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, x, hc):
        h, c = self.core(torch.relu(self.enc(x)), hc)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)


class Member:
    def __init__(self, idx, args):
        self.idx = idx
        self.env = LiftBank(args.envs, seed=args.seed + idx)
        self.net = Dispatcher(self.env.obs_dim, self.env.n_actions)
        self.lr = 10 ** random.uniform(-4, -2.5)
        self.ent = 10 ** random.uniform(-3, -1.5)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.obs = torch.as_tensor(self.env.reset())
        self.hc = (torch.zeros(args.envs, self.net.width), torch.zeros(args.envs, self.net.width))
        self.fitness = 0.0

    def train_once(self, steps, gamma=0.99):
        hc = self.hc
        logps, values, entropies, rewards, dones = [], [], [], [], []
        for _ in range(steps):
            logits, value, hc = self.net(self.obs, hc)
            dist = Categorical(logits=logits)
            act = dist.sample()
            obs, rew, done = self.env.step(act.numpy())
            done = torch.as_tensor(done)
            hc = tuple(s * (1 - done).unsqueeze(1) for s in hc)
            self.obs = torch.as_tensor(obs)
            logps.append(dist.log_prob(act))
            values.append(value)
            entropies.append(dist.entropy())
            rewards.append(torch.as_tensor(rew))
            dones.append(done)
        self.hc = tuple(s.detach() for s in hc)

        with torch.no_grad():
            _, ret, _ = self.net(self.obs, self.hc)
        returns = []
        for rew, done in zip(reversed(rewards), reversed(dones)):
            ret = rew + gamma * ret * (1 - done)
            returns.insert(0, ret)
        returns, values = torch.stack(returns), torch.stack(values)
        adv = returns - values
        loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        loss = loss - self.ent * torch.stack(entropies).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.fitness = 0.9 * self.fitness + 0.1 * torch.stack(rewards).mean().item()


def exploit_and_explore(population, frac):
    ranked = sorted(population, key=lambda m: m.fitness)
    k = max(1, int(len(ranked) * frac))
    for weak in ranked[:k]:
        strong = random.choice(ranked[-k:])
        weak.net.load_state_dict(strong.net.state_dict())
        weak.lr = strong.lr * random.choice([0.8, 1.25])
        weak.ent = strong.ent * random.choice([0.8, 1.25])
        weak.opt = torch.optim.Adam(weak.net.parameters(), lr=weak.lr)
        weak.fitness = strong.fitness
        print(f"  member {weak.idx} <- {strong.idx}  lr={weak.lr:.2e} ent={weak.ent:.2e}")


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--members", type=int, default=8)
    p.add_argument("--envs", type=int, default=16)
    p.add_argument("--steps", type=int, default=32)
    p.add_argument("--updates", type=int, default=5000)
    p.add_argument("--ready", type=int, default=100)
    p.add_argument("--seed", type=int, default=0)
    args = p.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    population = [Member(i, args) for i in range(args.members)]
    for update in range(1, args.updates + 1):
        for member in population:
            member.train_once(args.steps)
        if update % args.ready == 0:
            print(update, np.round([m.fitness for m in population], 3))
            exploit_and_explore(population, frac=0.25)
    best = max(population, key=lambda m: m.fitness)
    torch.save(best.net.state_dict(), "dispatcher.pt")


if __name__ == "__main__":
    main()
