# PBT for the dough proofer. Coursework, group 4.
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

N_POP = 6
GENERATIONS = 100
STEPS_PER_GEN = 1500
BPTT = 25


class Proofer:
    """The dough rises at a rate that depends on yeast we cannot see."""

    def reset(self):
        self.yeast = random.uniform(0.5, 1.5)
        self.volume = 1.0
        self.temp = 22.0
        self.humid = 0.6
        self.minute = 0
        return self.observe()

    def observe(self):
        camera = self.volume + random.gauss(0, 0.1)
        return np.array([camera, (self.temp - 25) / 10, self.humid, self.minute / 120], dtype=np.float32)

    def step(self, a):
        if a == 1:
            self.temp += 0.5
        elif a == 2:
            self.temp -= 0.5
        elif a == 3:
            self.humid = min(1.0, self.humid + 0.05)
        self.humid *= 0.995
        growth = 0.012 * self.yeast * np.exp(-((self.temp - 28) / 8) ** 2)
        self.volume += growth * (0.5 + 0.5 * self.humid)
        self.minute += 1
        done = a == 4 or self.minute >= 120
        reward = 5 - 10 * abs(self.volume - 2.0) if done else -0.01
        return self.observe(), float(reward), done


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRUCell(4, 32)
        self.actor = nn.Linear(32, 5)
        self.critic = nn.Linear(32, 1)

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.actor(h), self.critic(h), h


class Baker:
    def __init__(self, number):
        self.number = number
        self.net = Net()
        self.lr = 10 ** random.uniform(-4, -2)
        self.beta = 10 ** random.uniform(-3, -1)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=self.lr)
        self.env = Proofer()
        self.scores = []
        self.restart()

    def restart(self):
        """Throw the dough away and begin a new one."""
        self.obs = self.env.reset()
        self.h = torch.zeros(1, 32)
        self.total = 0.0

    def work(self, steps):
        for _ in range(steps // BPTT):
            self.h = self.h.detach()
            lps, vs, es, rs, ds = [], [], [], [], []
            for _ in range(BPTT):
                logits, v, self.h = self.net(torch.tensor(self.obs).unsqueeze(0), self.h)
                pi = torch.distributions.Categorical(logits=logits)
                a = pi.sample()
                self.obs, r, d = self.env.step(a.item())
                self.total += r
                lps.append(pi.log_prob(a))
                es.append(pi.entropy())
                vs.append(v.view(1))
                rs.append(r)
                ds.append(d)
                if d:
                    self.scores.append(self.total)
                    self.restart()
            self.learn(lps, vs, es, rs, ds)

    def learn(self, lps, vs, es, rs, ds):
        with torch.no_grad():
            R = self.net(torch.tensor(self.obs).unsqueeze(0), self.h)[1].view(1)
        Rs = []
        for r, d in zip(reversed(rs), reversed(ds)):
            R = r + 0.995 * R * (0.0 if d else 1.0)
            Rs.append(R)
        Rs = torch.cat(Rs[::-1])
        vs = torch.cat(vs)
        adv = (Rs - vs).detach()
        loss = -(torch.cat(lps) * adv).mean() + 0.5 * F.smooth_l1_loss(vs, Rs) - self.beta * torch.cat(es).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def fitness(self):
        return np.mean(self.scores[-20:]) if len(self.scores) >= 5 else -1e9

    def copy_from(self, other):
        self.net.load_state_dict(other.net.state_dict())
        self.lr = other.lr * random.choice([0.8, 1.2])
        self.beta = other.beta * random.choice([0.8, 1.2])
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=self.lr)
        self.scores = []


def main():
    bakers = [Baker(i) for i in range(N_POP)]
    for g in range(GENERATIONS):
        for b in bakers:
            b.work(STEPS_PER_GEN)
        order = sorted(bakers, key=lambda b: b.fitness(), reverse=True)
        best, worst = order[0], order[-1]
        print(g, [round(float(b.fitness()), 2) for b in bakers])
        if g < GENERATIONS - 1 and best.fitness() > worst.fitness() + 0.1:
            worst.copy_from(best)
            worst.restart()
            print("   baker", worst.number, "copies baker", best.number)
    torch.save(order[0].net.state_dict(), "baker.pth")


if __name__ == "__main__":
    random.seed(3)
    torch.manual_seed(3)
    main()
