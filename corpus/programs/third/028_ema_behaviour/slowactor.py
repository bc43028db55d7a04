"""Recurrent actor-critic whose behaviour network is a moving average of the learner."""
import argparse
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class Net(nn.Module):
    def __init__(self, n_in, n_out, width=64):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(n_in, width)
        self.pi = nn.Linear(width, n_out)
        self.v = nn.Linear(width, 1)

    def forward(self, x, s):
        h, c = self.lstm(x, s)
        return F.log_softmax(self.pi(h), -1), self.v(h).squeeze(-1), (h, c)

    def blank(self, n):
        return torch.zeros(n, self.width), torch.zeros(n, self.width)


@torch.no_grad()
def soft_update(target, source, tau):
    for t, s in zip(target.parameters(), source.parameters()):
        t.mul_(1.0 - tau).add_(tau * s)


class Behaviour:
    """Acts in the environments."""

    def __init__(self, net, envs):
        self.net = net
        self.envs = envs
        self.obs, _ = envs.reset(seed=5)
        self.s = net.blank(envs.num_envs)
        self.sums = np.zeros(envs.num_envs)
        self.scores = deque(maxlen=100)

    @torch.no_grad()
    def rollout(self, n):
        out = {"x": [], "a": [], "mu": [], "r": [], "nd": [], "s0": self.s}
        for _ in range(n):
            x = torch.as_tensor(self.obs, dtype=torch.float32)
            logp, _, self.s = self.net(x, self.s)
            a = torch.multinomial(logp.exp(), 1).squeeze(-1)
            self.obs, r, te, tr, _ = self.envs.step(a.numpy())
            done = te | tr
            self.sums += r
            self.scores.extend(self.sums[done])
            self.sums[done] = 0
            nd = torch.as_tensor(~done).float()
            self.s = tuple(t * nd.unsqueeze(-1) for t in self.s)
            out["x"].append(x)
            out["a"].append(a)
            out["mu"].append(logp.gather(-1, a.unsqueeze(-1)).squeeze(-1))
            out["r"].append(torch.as_tensor(r, dtype=torch.float32))
            out["nd"].append(nd)
        return out


def train_on(net, opt, roll, gamma):
    s, lps, vs, ents = roll["s0"], [], [], []
    for x, a, nd in zip(roll["x"], roll["a"], roll["nd"]):
        logp, v, s = net(x, s)
        s = tuple(t * nd.unsqueeze(-1) for t in s)
        lps.append(logp.gather(-1, a.unsqueeze(-1)).squeeze(-1))
        ents.append(-(logp.exp() * logp).sum(-1))
        vs.append(v)
    ret, loss = vs[-1].detach(), 0.0
    for t in reversed(range(len(vs))):
        ret = roll["r"][t] + gamma * roll["nd"][t] * ret
        rho = (lps[t] - roll["mu"][t]).exp().detach().clamp(max=1.0)
        adv = ret - vs[t]
        loss = loss + (rho * (0.5 * adv.pow(2) - adv.detach() * lps[t]) - 0.01 * ents[t]).mean()
    opt.zero_grad()
    (loss / len(vs)).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 1.0)
    opt.step()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="CartPole-v1")
    p.add_argument("--envs", type=int, default=16)
    p.add_argument("--unroll", type=int, default=20)
    p.add_argument("--updates", type=int, default=20_000)
    p.add_argument("--tau", type=float, default=0.05)
    p.add_argument("--gamma", type=float, default=0.99)
    p.add_argument("--lr", type=float, default=7e-4)
    a = p.parse_args()
    torch.manual_seed(0)
    envs = gym.make_vec(a.env, num_envs=a.envs)
    dims = envs.single_observation_space.shape[0], int(envs.single_action_space.n)
    learner, slow = Net(*dims), Net(*dims)
    slow.load_state_dict(learner.state_dict())
    opt = torch.optim.Adam(learner.parameters(), lr=a.lr)
    actor = Behaviour(slow, envs)
    for u in range(a.updates):
        train_on(learner, opt, actor.rollout(a.unroll), a.gamma)
        soft_update(slow, learner, a.tau)
        if u % 100 == 0:
            print(u, np.mean(actor.scores) if actor.scores else None)
    torch.save(slow.state_dict(), "slow.pt")


if __name__ == "__main__":
    main()
