import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from mazes import HiddenGoal


class Learner2(nn.Module):
    """The inner learner is the recurrence itself: it may remember from one episode to the next within a trial."""

    def __init__(self, n_in, n_act=4, n_rec=96):
        super().__init__()
        self.n_rec = n_rec
        self.rec = nn.LSTMCell(n_in, n_rec)
        self.pi = nn.Linear(n_rec, n_act)
        self.v = nn.Linear(n_rec, 1)
        self.knowledge = None

    def start_trial(self, batch):
        zeros = torch.zeros(batch, self.n_rec)
        self.knowledge = (zeros, zeros.clone())

    def forward(self, feats):
        self.knowledge = self.rec(torch.from_numpy(feats), self.knowledge)
        y = self.knowledge[0]
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1)


def trial(net, task):
    feats = task.new_trial()
    net.start_trial(task.batch)
    trace, per_episode = [], []
    for ep in range(task.episodes):
        if ep:
            feats = task.new_episode()
        total, over = 0.0, False
        while not over:
            dist, v = net(feats)
            a = dist.sample()
            feats, r, over = task.step(a.numpy())
            total += r.mean()
            trace.append((dist.log_prob(a), v, dist.entropy(), torch.tensor(r, dtype=torch.float32)))
        per_episode.append(total)
    return trace, per_episode


def objective(trace, gamma, beta):
    ret, loss = torch.zeros_like(trace[-1][3]), 0.0
    for logp, v, ent, r in reversed(trace):
        ret = r + gamma * ret
        adv = ret - v
        loss = loss + (0.25 * adv.pow(2) - adv.detach() * logp - beta * ent).mean()
    return loss / len(trace)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--trials", type=int, default=6000)
    ap.add_argument("--batch", type=int, default=64)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--resume")
    ap.add_argument("--save", default="rl2.pt")
    args = ap.parse_args()

    task = HiddenGoal(args.batch)
    net = Learner2(2 * task.size + 5 + 2)
    if args.resume:
        net.load_state_dict(torch.load(args.resume))
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    log = []
    for k in range(1, args.trials + 1):
        trace, per_episode = trial(net, task)
        loss = objective(trace, gamma=0.95, beta=0.02)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()
        log.append(per_episode)
        if k % 100 == 0:
            print(k, "by episode:", np.round(np.mean(log[-100:], axis=0), 3))
            torch.save(net.state_dict(), args.save)


if __name__ == "__main__":
    main()
