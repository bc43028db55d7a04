import argparse
import random

import numpy as np
import torch
from torch import nn

from building import Building


class ZoneController(nn.Module):
    def __init__(self, obs=7, acts=5, width=40):
        super().__init__()
        self.width = width
        self.pre = nn.Linear(obs, width)
        self.cell = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, acts)
        self.v = nn.Linear(width, 1)

    def forward(self, x, h):
        h = self.cell(torch.relu(self.pre(x)), h)
        return torch.distributions.Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class Worker:
    def __init__(self, idx, lr, entropy):
        self.idx = idx
        self.net = ZoneController()
        self.lr, self.entropy = lr, entropy
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.env = Building(seed=idx)
        self.obs = self.env.reset()
        self.score = 0.0


class Population:
    def __init__(self, n):
        self.workers = [Worker(i, 10 ** random.uniform(-4, -2.5), random.choice([0.0, 0.003, 0.01])) for i in range(n)]
        self.H = np.zeros((n, self.workers[0].net.width), np.float32)

    def day(self, w):
        h = torch.from_numpy(self.H[w.idx:w.idx + 1].copy())
        logp, val, rew, ent, mask = [], [], [], [], []
        for _ in range(96):
            dist, v, h = w.net(torch.as_tensor(w.obs).unsqueeze(0), h)
            a = dist.sample()
            w.obs, r, done = w.env.step(a.item())
            logp.append(dist.log_prob(a)); ent.append(dist.entropy()); val.append(v)
            rew.append(r); mask.append(0.0 if done else 1.0)
            if done:
                w.obs = w.env.reset()
                h = torch.zeros_like(h)
        self.H[w.idx] = h.detach().numpy()[0]
        with torch.no_grad():
            ret = w.net(torch.as_tensor(w.obs).unsqueeze(0), h)[1]
        rets = []
        for r, m in zip(reversed(rew), reversed(mask)):
            ret = r + 0.99 * m * ret
            rets.insert(0, ret)
        val, rets = torch.stack(val), torch.stack(rets)
        adv = rets - val
        loss = -(torch.stack(logp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - w.entropy * torch.stack(ent).mean()
        w.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(w.net.parameters(), 0.5)
        w.opt.step()
        w.score = 0.9 * w.score + 0.1 * float(np.sum(rew))

    def exploit_and_explore(self):
        order = sorted(self.workers, key=lambda w: w.score)
        cut = max(1, len(order) // 4)
        for bad in order[:cut]:
            good = random.choice(order[-cut:])
            for dst, src in zip(bad.net.parameters(), good.net.parameters()):
                dst.data.copy_(src.data)
            bad.lr = good.lr * random.choice([0.8, 1.25])
            bad.entropy = good.entropy * random.choice([0.8, 1.25])
            bad.opt = torch.optim.RMSprop(bad.net.parameters(), lr=bad.lr)
            bad.score = good.score
            print(f"zone controller {bad.idx} <- {good.idx}  lr {bad.lr:.2e}")


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--size", type=int, default=12)
    ap.add_argument("--days", type=int, default=365 * 20)
    ap.add_argument("--exploit-days", type=int, default=14)
    args = ap.parse_args()
    pop = Population(args.size)
    for d in range(1, args.days + 1):
        for w in pop.workers:
            pop.day(w)
        if d % args.exploit_days == 0:
            pop.exploit_and_explore()
    best = max(pop.workers, key=lambda w: w.score)
    torch.save(best.net.state_dict(), "controller.pt")


if __name__ == "__main__":
    main()
