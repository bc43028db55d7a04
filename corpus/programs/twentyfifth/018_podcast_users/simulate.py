"""Trains the recommender dialogue policy against simulated listeners."""
import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

N_TOPICS, N_ACTS = 12, 14   # 12 recommend-topic acts, ask, bye


class Listener:
    """One session: has a secret taste, gets bored, leaves."""

    def __init__(self, rng):
        self.rng = rng

    def reset(self):
        self.taste = self.rng.dirichlet(np.full(N_TOPICS, 0.4))
        self.patience = int(self.rng.integers(5, 15))
        return np.zeros(N_TOPICS + 2, dtype=np.float32)

    def step(self, act):
        obs = np.zeros(N_TOPICS + 2, dtype=np.float32)
        reward, done = 0.0, False
        self.patience -= 1
        if act < N_TOPICS:
            liked = self.rng.random() < self.taste[act] * 2
            reward = 1.0 if liked else -0.2
            obs[act] = 1.0 if liked else -1.0
        elif act == N_TOPICS:
            obs[self.rng.choice(N_TOPICS, p=self.taste)] = 0.5
            reward = -0.05
        else:
            done = True
        obs[-2] = self.patience / 15
        obs[-1] = reward
        return obs, reward, done or self.patience <= 0


class Policy(nn.Module):
    def __init__(self, hid=64):
        super().__init__()
        self.hid = hid
        self.gru = nn.GRUCell(N_TOPICS + 2, hid)
        self.act = nn.Linear(hid, N_ACTS)
        self.value = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return Categorical(logits=self.act(h)), self.value(h).squeeze(-1), h


def returns(rs, gamma=0.97):
    out, g = [], 0.0
    for r in reversed(rs):
        g = r + gamma * g
        out.insert(0, g)
    return torch.tensor(out)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--sessions", type=int, default=30000)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    torch.manual_seed(args.seed)

    env = Listener(np.random.default_rng(args.seed))
    net = Policy()
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    h = torch.zeros(1, net.hid)
    avg = 0.0
    for s in range(args.sessions):
        obs, done = env.reset(), False
        logps, vals, ents, rews = [], [], [], []
        while not done:
            dist, v, h = net(torch.from_numpy(obs)[None], h)
            a = dist.sample()
            obs, r, done = env.step(a.item())
            logps.append(dist.log_prob(a))
            vals.append(v)
            ents.append(dist.entropy())
            rews.append(r)
        R = returns(rews)
        v = torch.cat(vals)
        adv = (R - v).detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * (R - v).pow(2).mean() - 0.01 * torch.cat(ents).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        h = h.detach()
        avg = 0.99 * avg + 0.01 * sum(rews)
        if s % 500 == 0:
            print(s, round(avg, 3))
    torch.save(net.state_dict(), "dialogue.pt")


if __name__ == "__main__":
    main()
