import copy
import os

import torch
import torch.nn as nn
from torch.optim import Adam

STAGES = [
    # name, warm start, wind-up of the pile, updates
    ("flat_sand", None, 0.0, 300),
    ("wet_sand", "flat_sand", 0.3, 300),
    ("gravel", "wet_sand", 0.6, 500),
    ("blast_rock", "gravel", 1.0, 800),
]
OUT = "stage_weights"


class Pile:
    """Loader digs, n machines at once. A dig is 50 ticks."""
    T = 50

    def __init__(self, n, hard):
        self.n, self.hard = n, hard

    def reset(self):
        self.t = 0
        self.depth = torch.zeros(self.n)
        self.full = torch.zeros(self.n)
        self.rock = torch.rand(self.n) * self.hard
        return self.obs()

    def obs(self):
        force = self.depth * (1 + self.rock) + 0.1 * torch.randn(self.n)
        return torch.stack([force, self.depth, torch.full((self.n,), self.t / self.T)], 1)

    def step(self, a):
        self.t += 1
        push, tilt = a[:, 0].tanh(), a[:, 1].tanh()
        self.depth = (self.depth + 0.1 * push * (1 - 0.5 * self.rock)).clamp(0, 1)
        gain = 0.1 * self.depth * torch.relu(tilt) * (1 - self.full)
        slip = (self.depth * (1 + self.rock) > 1.5).float() * 0.05
        self.full = self.full + gain
        return self.obs(), gain - slip, self.t >= self.T


class Digger(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(3, 40)
        self.mu = nn.Linear(40, 2)
        self.ls = nn.Parameter(torch.zeros(2) - 0.7)

    def zeros(self, n):
        return torch.zeros(1, n, 40), torch.zeros(1, n, 40)

    def forward(self, x, s):
        y, s = self.lstm(x[None], s)
        return torch.distributions.Normal(self.mu(y[0]), self.ls.exp()), s


def dig(net, env):
    obs, s, done = env.reset(), net.zeros(env.n), False
    logp, rew = [], []
    while not done:
        d, s = net(obs, s)
        a = d.sample()
        obs, r, done = env.step(a)
        logp.append(d.log_prob(a).sum(-1))
        rew.append(r)
    return torch.stack(logp), torch.stack(rew)


def train_stage(net, env, updates):
    opt = Adam(net.parameters(), 3e-4)
    best, best_w = -1e9, None
    for u in range(updates):
        logp, rew = dig(net, env)
        togo = rew.flip(0).cumsum(0).flip(0)
        adv = (togo - togo.mean(1, keepdim=True)) / (togo.std(1, keepdim=True) + 1e-6)
        opt.zero_grad()
        (-(logp * adv).mean()).backward()
        opt.step()
        total = rew.sum(0).mean().item()
        if total > best:
            best, best_w = total, copy.deepcopy(net.state_dict())
    net.load_state_dict(best_w)
    return best


def main():
    os.makedirs(OUT, exist_ok=True)
    net = Digger()
    for name, warm, hard, updates in STAGES:
        path = os.path.join(OUT, name + ".pt")
        if os.path.exists(path):
            print("have", name)
            continue
        if warm:
            net.load_state_dict(torch.load(os.path.join(OUT, warm + ".pt")))
        best = train_stage(net, Pile(64, hard), updates)
        torch.save(net.state_dict(), path)
        print("%-12s %.3f" % (name, best))


if __name__ == "__main__":
    main()
