import copy
import math
import random

import numpy as np
import torch
import torch.nn as nn

POP = 8
SEGMENT = 250          # minutes between two population updates
DAY = 390              # minutes in a trading day
ROUNDS = 2000
UNROLL = 25
STRIKE = 100.0


class HedgeNet(nn.Module):
    """outputs mean hedge ratio from price moves and time to close"""

    def __init__(self, hidden=32):
        super().__init__()
        self.cell = nn.LSTMCell(3, hidden)
        self.out = nn.Linear(hidden, 1)
        self.log_std = nn.Parameter(torch.tensor(-1.5))
        self.hidden = hidden

    def init(self):
        return (torch.zeros(1, self.hidden), torch.zeros(1, self.hidden))

    def forward(self, x, s):
        h, c = self.cell(x, s)
        return torch.sigmoid(self.out(h)).view(-1), self.log_std.exp(), (h, c)


class Market:
    """GBM with a hidden volatility regime, short one call at the strike"""

    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def open(self):
        self.t = 0
        self.s = STRIKE * (1 + 0.01 * self.rng.randn())
        self.vol = self.rng.choice([0.15, 0.4])
        self.ratio = 0.0
        self.ret = 0.0
        return self.view()

    def view(self):
        m = math.log(self.s / STRIKE)
        return torch.tensor([[self.ret * 1000, m * 100, 1 - self.t / DAY]], dtype=torch.float32)

    def option(self):
        tau = max((DAY - self.t) / DAY, 1e-3) / 252
        d1 = (math.log(self.s / STRIKE) + 0.5 * self.vol ** 2 * tau) / (self.vol * math.sqrt(tau))
        cdf = lambda z: 0.5 * (1 + math.erf(z / math.sqrt(2)))
        return self.s * cdf(d1) - STRIKE * cdf(d1 - self.vol * math.sqrt(tau))

    def step(self, ratio):
        before_s, before_o = self.s, self.option()
        if self.rng.rand() < 0.005:
            self.vol = self.rng.choice([0.15, 0.4])
        self.ret = self.vol * math.sqrt(1 / (252 * DAY)) * self.rng.randn()
        self.s *= math.exp(self.ret)
        self.t += 1
        pnl = ratio * (self.s - before_s) - (self.option() - before_o)
        cost = 0.002 * abs(ratio - self.ratio)
        self.ratio = ratio
        return self.view(), -pnl ** 2 - cost, self.t >= DAY


def new_member(i):
    net = HedgeNet()
    market = Market(i)
    lr = 10 ** random.uniform(-4, -2)
    return {
        "id": i,
        "net": net,
        "opt": torch.optim.Adam(net.parameters(), lr=lr),
        "lr": lr,
        "market": market,
        "x": market.open(),
        "state": net.init(),
        "fit": -1.0,
    }


def train_segment(m):
    total = 0.0
    for _ in range(SEGMENT // UNROLL):
        m["state"] = tuple(z.detach() for z in m["state"])
        logps, rewards = [], []
        for _ in range(UNROLL):
            mean, std, m["state"] = m["net"](m["x"], m["state"])
            dist = torch.distributions.Normal(mean, std)
            a = dist.sample()
            m["x"], r, closed = m["market"].step(float(a.clamp(0, 1)))
            logps.append(dist.log_prob(a))
            rewards.append(r)
            if closed:
                m["x"] = m["market"].open()
                m["state"] = m["net"].init()
        rew = torch.tensor(rewards)
        adv = (rew - rew.mean()) / (rew.std() + 1e-6)
        loss = -(torch.cat(logps) * adv).mean()
        m["opt"].zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(m["net"].parameters(), 1.0)
        m["opt"].step()
        total += sum(rewards)
    m["fit"] = 0.8 * m["fit"] + 0.2 * total


def exploit_and_explore(pop):
    order = sorted(pop, key=lambda m: m["fit"], reverse=True)
    for loser, winner in zip(order[-2:], order[:2]):
        loser["net"] = copy.deepcopy(winner["net"])
        loser["lr"] = winner["lr"] * random.choice([0.8, 1.25])
        loser["opt"] = torch.optim.Adam(loser["net"].parameters(), lr=loser["lr"])
        loser["fit"] = winner["fit"]
    return order[0]


if __name__ == "__main__":
    random.seed(0)
    torch.manual_seed(0)
    pop = [new_member(i) for i in range(POP)]
    for r in range(ROUNDS):
        for m in pop:
            train_segment(m)
        best = exploit_and_explore(pop)
        if r % 20 == 0:
            print(f"round {r}: member {best['id']} fit {best['fit']:.4f} lr {best['lr']:.1e}")
    torch.save(best["net"].state_dict(), "hedge_best.pt")
