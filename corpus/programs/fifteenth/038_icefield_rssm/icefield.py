"""Crevasse watch: a radar node on the ice decides where to look next. Small Dreamer, one file."""
import argparse
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical, OneHotCategorical, kl_divergence

SECTORS = 6


class IceField:
    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.width = self.rng.uniform(0, 0.3, SECTORS)
        self.speed = self.rng.uniform(0, 0.01, SECTORS)
        self.age = np.zeros(SECTORS)
        self.t = 0
        return self.obs(0)

    def obs(self, sector):
        x = np.zeros(SECTORS + 2, np.float32)
        x[sector] = 1
        x[-2] = self.width[sector] + self.rng.normal(0, 0.02)
        x[-1] = self.t / 300
        return x

    def step(self, sector):
        self.width += self.speed * self.rng.uniform(0, 2, SECTORS)
        self.age += 1
        r = self.width[sector] * min(1.0, self.age[sector] / 20)
        self.age[sector] = 0
        self.t += 1
        return self.obs(sector), float(r), self.t >= 300


class World(nn.Module):
    def __init__(self, n_obs, n_act, det=96, cats=16):
        super().__init__()
        self.det, self.cats, self.n_act = det, cats, n_act
        self.gru = nn.GRUCell(cats + n_act, det)
        self.prior = nn.Linear(det, cats)
        self.post = nn.Linear(det + n_obs, cats)
        self.dec = nn.Linear(det + cats, n_obs)
        self.rew = nn.Linear(det + cats, 1)

    def zero(self, n):
        return torch.zeros(n, self.det), torch.zeros(n, self.cats)

    def step(self, state, act, obs=None):
        h, z = state
        h = self.gru(torch.cat([z, act], -1), h)
        prior = OneHotCategorical(logits=self.prior(h))
        dist = prior if obs is None else OneHotCategorical(logits=self.post(torch.cat([h, obs], -1)))
        z = dist.sample() + dist.probs - dist.probs.detach()
        return (h, z), prior, dist

    def feat(self, state):
        return torch.cat(state, -1)


class Dreamer:
    def __init__(self, n_obs, n_act, args):
        self.args, self.n_act = args, n_act
        self.world = World(n_obs, n_act)
        self.pi = nn.Sequential(nn.Linear(112, 64), nn.SiLU(), nn.Linear(64, n_act))
        self.opt_w = torch.optim.Adam(self.world.parameters(), args.lr)
        self.opt_p = torch.optim.Adam(self.pi.parameters(), args.lr / 3)
        self.state = self.world.zero(1)
        self.last = torch.zeros(1, n_act)

    @torch.no_grad()
    def policy(self, obs):
        self.state, _, _ = self.world.step(self.state, self.last, torch.from_numpy(obs)[None])
        a = Categorical(logits=self.pi(self.world.feat(self.state))).sample()
        self.last = F.one_hot(a, self.n_act).float()
        return int(a)

    def train_world(self, o, a, r):
        s, loss, feats = self.world.zero(o.shape[1]), 0, []
        for t in range(len(o)):
            s, prior, post = self.world.step(s, a[t], o[t])
            f = self.world.feat(s)
            feats.append((s[0].detach(), s[1].detach()))
            loss = loss + F.mse_loss(self.world.dec(f), o[t]) * 8 + F.mse_loss(self.world.rew(f)[:, 0], r[t])
            loss = loss + 0.1 * kl_divergence(post, prior).mean()
        self.opt_w.zero_grad()
        (loss / len(o)).backward()
        self.opt_w.step()
        return loss.item() / len(o), feats

    def train_policy(self, feats):
        s = tuple(torch.cat(x) for x in zip(*feats))
        logps, rews = [], []
        for _ in range(self.args.imagine):
            d = Categorical(logits=self.pi(self.world.feat(s).detach()))
            a = d.sample()
            logps.append(d.log_prob(a))
            with torch.no_grad():
                s, _, _ = self.world.step(s, F.one_hot(a, self.n_act).float())
                rews.append(self.world.rew(self.world.feat(s))[:, 0])
        g, loss = 0, 0
        for lp, r in zip(reversed(logps), reversed(rews)):
            g = r + 0.97 * g
            loss = loss - (lp * (g - g.mean())).mean()
        self.opt_p.zero_grad()
        loss.backward()
        self.opt_p.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--steps", type=int, default=300_000)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--imagine", type=int, default=10)
    ap.add_argument("--seq", type=int, default=30)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    env = IceField(args.seed)
    agent = Dreamer(SECTORS + 2, SECTORS, args)
    replay, episode, total = deque(maxlen=300), [], 0.0
    obs, prev_a, prev_r = env.reset(), np.zeros(SECTORS, np.float32), 0.0
    for step in range(1, args.steps + 1):
        a = agent.policy(obs)
        episode.append((obs, prev_a, np.float32(prev_r)))
        obs, r, done = env.step(a)
        prev_a, prev_r = np.eye(SECTORS, dtype=np.float32)[a], r
        total += r
        if done:
            replay.append([np.stack(x) for x in zip(*episode)])
            print(step, "season", round(total, 2))
            episode, total = [], 0.0
            obs, prev_a, prev_r = env.reset(), np.zeros(SECTORS, np.float32), 0.0
        if len(replay) >= 5 and step % 10 == 0:
            rows = []
            for k in np.random.randint(len(replay), size=16):
                i = np.random.randint(300 - args.seq)
                rows.append([x[i:i + args.seq] for x in replay[k]])
            batch = [torch.from_numpy(np.stack(x, 1)) for x in zip(*rows)]
            _, feats = agent.train_world(*batch)
            agent.train_policy(feats)
    torch.save(agent.world.state_dict(), "icefield_world.pt")


if __name__ == "__main__":
    main()
