import argparse
import glob
import random

import gymnasium as gym
import torch
import torch.nn as nn
import torch.nn.functional as F


def mlp(i, o, h=128):
    return nn.Sequential(nn.Linear(i, h), nn.ReLU(), nn.Linear(h, o))


class RActor(nn.Module):
    def __init__(self, o, a, h=64):
        super().__init__()
        self.rnn = nn.GRUCell(o, h)
        self.head = mlp(h, 2 * a)
        self.h = h

    def forward(self, o, hx):
        hx = self.rnn(o, hx)
        mu, ls = self.head(hx).chunk(2, -1)
        return torch.distributions.Normal(mu, ls.clamp(-5, 2).exp()), hx


class RCritic(nn.Module):
    def __init__(self, o, h=64):
        super().__init__()
        self.rnn = nn.GRUCell(o, h)
        self.head = mlp(h, 1)
        self.h = h

    def forward(self, o, hx):
        hx = self.rnn(o, hx)
        return self.head(hx), hx


class Trainer:
    def __init__(self, env, lr=3e-4):
        self.env = env
        o, a = env.observation_space.shape[0], env.action_space.shape[0]
        self.actor, self.critic = RActor(o, a), RCritic(o)
        self.opt = torch.optim.Adam([*self.actor.parameters(), *self.critic.parameters()], lr=lr)
        self.ah = torch.zeros(1, 64)
        self.ch = torch.zeros(1, 64)
        self.ob, _ = env.reset()
        self.score = -2000.0
        self._acc = 0.0

    def step_env(self, n):
        out = []
        for _ in range(n):
            x = torch.as_tensor(self.ob, dtype=torch.float32).unsqueeze(0)
            dist, self.ah = self.actor(x, self.ah)
            v, self.ch = self.critic(x, self.ch)
            a = dist.sample()
            self.ob, r, te, tr, _ = self.env.step(a[0].clamp(-2, 2).numpy())
            self._acc += r
            out.append((dist.log_prob(a).sum(), v[0, 0], r / 10))
            if te or tr:
                self.score = 0.9 * self.score + 0.1 * self._acc
                self._acc = 0.0
                self.ob, _ = self.env.reset()
                self.ah, self.ch = torch.zeros(1, 64), torch.zeros(1, 64)
        return out

    def train(self, n=64):
        traj = self.step_env(n)
        G, loss = float(traj[-1][1]), 0.0
        for lp, v, r in reversed(traj):
            G = r + 0.95 * G
            loss = loss - lp * (G - float(v)) + F.smooth_l1_loss(v, torch.tensor(G))
        self.opt.zero_grad()
        (loss / n).backward()
        self.opt.step()
        self.ah = self.ah.detach()
        self.ch = self.ch.detach()

    def adopt(self, file):
        ck = torch.load(file)
        self.actor.load_state_dict(ck["actor"])
        self.critic.load_state_dict(ck["critic"])
        self.ah = torch.zeros_like(self.ah)

    def dump(self, file):
        torch.save({"actor": self.actor.state_dict(), "critic": self.critic.state_dict()}, file)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--id", type=int, required=True)
    ap.add_argument("--iters", type=int, default=20_000)
    a = ap.parse_args()
    tr = Trainer(gym.make("Pendulum-v1"))
    for i in range(a.iters):
        tr.train()
        if i % 500 == 499:
            tr.dump(f"pop/{a.id}_{tr.score:.1f}.pt")
            others = [f for f in glob.glob("pop/*.pt") if not f.startswith(f"pop/{a.id}_")]
            top = sorted(others, key=lambda f: float(f.rsplit("_", 1)[1][:-3]))[-3:]
            if top and tr.score < float(top[0].rsplit("_", 1)[1][:-3]):
                tr.adopt(random.choice(top))
