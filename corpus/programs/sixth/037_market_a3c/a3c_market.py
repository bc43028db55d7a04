# A3C-LSTM for intraday bidding of a storage unit. Practicum 3, group 7
import os
os.environ["OMP_NUM_THREADS"] = "1"

import argparse

import numpy as np
import torch
import torch.multiprocessing as mp
import torch.nn as nn
import torch.nn.functional as F

parser = argparse.ArgumentParser()
parser.add_argument('--lr', type=float, default=1e-4)
parser.add_argument('--gamma', type=float, default=0.99)
parser.add_argument('--lam', type=float, default=1.0)
parser.add_argument('--workers', type=int, default=6)
parser.add_argument('--tmax', type=int, default=20)
parser.add_argument('--day', type=int, default=96)
parser.add_argument('--steps', type=int, default=400000)

H = 96
NA = 7   # sell 3..buy 3


class Market(object):
    def __init__(self, seed, day):
        self.rs = np.random.RandomState(seed)
        self.day = day

    def reset(self):
        self.k = 0
        self.soc = 5.0
        self.p = 40 + 10 * self.rs.randn()
        self.drift = self.rs.randn()
        return self._s()

    def _s(self):
        return torch.tensor([[self.p / 50, self.soc / 10, np.sin(6.28 * self.k / self.day),
                              np.cos(6.28 * self.k / self.day)]], dtype=torch.float32)

    def step(self, a):
        q = a - 3
        q = max(-self.soc, min(q, 10 - self.soc))
        self.soc += q
        r = -q * self.p / 50 - 0.02 * abs(q)
        self.drift = 0.95 * self.drift + 0.3 * self.rs.randn()
        self.p = max(-20, self.p + self.drift + 2 * self.rs.randn())
        self.k += 1
        return self._s(), r, self.k >= self.day


class Bidder(nn.Module):
    def __init__(self):
        super(Bidder, self).__init__()
        self.fc = nn.Linear(4, H)
        self.lstm = nn.LSTMCell(H, H)
        self.actor = nn.Linear(H, NA)
        self.critic = nn.Linear(H, 1)

    def forward(self, inp):
        x, (hx, cx) = inp
        hx, cx = self.lstm(F.elu(self.fc(x)), (hx, cx))
        return self.critic(hx), self.actor(hx), (hx, cx)


def give_grads(model, shared):
    for p, sp in zip(model.parameters(), shared.parameters()):
        if sp.grad is not None:
            return
        sp._grad = p.grad


def worker(rank, args, shared, counter, lock, opt):
    torch.manual_seed(rank)
    env = Market(rank, args.day)
    model = Bidder()
    model.train()
    s = env.reset()
    done = True
    while counter.value < args.steps:
        model.load_state_dict(shared.state_dict())
        if done:
            cx = torch.zeros(1, H)
            hx = torch.zeros(1, H)
        else:
            cx = cx.detach()
            hx = hx.detach()
        vals, lps, rs, ents = [], [], [], []
        for _ in range(args.tmax):
            v, logit, (hx, cx) = model((s, (hx, cx)))
            pr = F.softmax(logit, dim=-1)
            lp = F.log_softmax(logit, dim=-1)
            ents.append(-(lp * pr).sum(1, keepdim=True))
            a = pr.multinomial(num_samples=1).detach()
            s, r, done = env.step(a.item())
            with lock:
                counter.value += 1
            vals.append(v)
            lps.append(lp.gather(1, a))
            rs.append(r)
            if done:
                s = env.reset()
                break
        R = torch.zeros(1, 1)
        if not done:
            R = model((s, (hx, cx)))[0].detach()
        vals.append(R)
        ploss = vloss = 0
        gae = torch.zeros(1, 1)
        for i in reversed(range(len(rs))):
            R = args.gamma * R + rs[i]
            adv = R - vals[i]
            vloss = vloss + 0.5 * adv.pow(2)
            delta = rs[i] + args.gamma * vals[i + 1].detach() - vals[i].detach()
            gae = gae * args.gamma * args.lam + delta
            ploss = ploss - lps[i] * gae - 0.01 * ents[i]
        opt.zero_grad()
        model.zero_grad()
        (ploss + 0.5 * vloss).sum().backward()
        torch.nn.utils.clip_grad_norm_(model.parameters(), 50)
        give_grads(model, shared)
        opt.step()


if __name__ == '__main__':
    args = parser.parse_args()
    mp.set_start_method('spawn')
    shared = Bidder()
    shared.share_memory()
    opt = torch.optim.SGD(shared.parameters(), lr=args.lr, momentum=0.0)
    counter, lock = mp.Value('i', 0), mp.Lock()
    ps = [mp.Process(target=worker, args=(i, args, shared, counter, lock, opt)) for i in range(args.workers)]
    for p in ps:
        p.start()
    for p in ps:
        p.join()
    torch.save(shared.state_dict(), 'bidder.pt')
