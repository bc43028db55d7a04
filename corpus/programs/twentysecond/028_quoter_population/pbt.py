import argparse

import numpy as np
import torch

from book import OptionBook
from nets import QuoterNet


class Trader:
    def __init__(self, n_desks, lr, seed):
        self.book = OptionBook(n_desks, np.random.default_rng(seed))
        self.net = QuoterNet(OptionBook.n_features)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.h = self.net.zero_state(n_desks)
        self.x = torch.from_numpy(self.book.features())
        self.first = torch.ones(n_desks)
        self.score = 0.0

    def collect(self, n):
        start = self.h
        rows = []
        with torch.no_grad():
            for _ in range(n):
                pi, v, self.h = self.net.step(self.x, self.h, self.first)
                a = pi.sample()
                x, r, over = self.book.quote(*a.numpy().T)
                rows.append((self.x, self.first, a, pi.log_prob(a).sum(1), v, torch.from_numpy(r)))
                self.x, self.first = torch.from_numpy(x), torch.from_numpy(over)
            _, last_v, _ = self.net.step(self.x, self.h, self.first)
        return start, rows, last_v * (1 - self.first)

    def learn(self, n=48, gamma=0.99, epochs=2):
        start, rows, boot = self.collect(n)
        ret, R = [], boot
        for i in reversed(range(n)):
            nxt_first = self.first if i == n - 1 else rows[i + 1][1]
            R = rows[i][5] + gamma * R * (1 - nxt_first)
            ret.insert(0, R)
        self.score = 0.95 * self.score + 0.05 * float(torch.stack([r[5] for r in rows]).mean())
        for _ in range(epochs):
            h, loss = start, 0.0
            for (x, f, a, lp, v, _), g in zip(rows, ret):
                pi, val, h = self.net.step(x, h, f)
                ratio = (pi.log_prob(a).sum(1) - lp).exp()
                adv = g - v
                loss = loss - torch.min(ratio * adv, ratio.clamp(0.8, 1.2) * adv).mean()
                loss = loss + 0.5 * (val - g).pow(2).mean()
            self.opt.zero_grad()
            (loss / n).backward()
            self.opt.step()

    def become(self, other, rng):
        self.net.load_state_dict(other.net.state_dict())
        self.h = self.net.zero_state(self.book.n)
        lr = other.opt.param_groups[0]["lr"] * rng.choice([0.7, 1.4])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=float(lr))
        self.score = other.score


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--traders", type=int, default=8)
    ap.add_argument("--desks", type=int, default=32)
    ap.add_argument("--rounds", type=int, default=500)
    ap.add_argument("--ready", type=int, default=15)
    opt = ap.parse_args()
    rng = np.random.default_rng(0)
    pop = [Trader(opt.desks, 10 ** rng.uniform(-4, -3), i) for i in range(opt.traders)]
    for rnd in range(1, opt.rounds + 1):
        for trader in pop:
            trader.learn()
        if rnd % opt.ready:
            continue
        order = sorted(pop, key=lambda t: t.score, reverse=True)
        top = order[: len(pop) // 4]
        for weak in order[-(len(pop) // 4):]:
            weak.become(top[rng.integers(len(top))], rng)
        print(rnd, ["%.4f" % t.score for t in order])


if __name__ == "__main__":
    main()
