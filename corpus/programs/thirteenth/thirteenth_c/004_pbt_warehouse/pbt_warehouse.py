# Population based training for the stock-keeping simulator (one item, stochastic lead time).
import os
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

POP = 6
GENERATIONS = 300
DAYS_PER_GEN = 500
YEAR = 365
BPTT = 20
OUT = "weights"


class Warehouse:
    def __init__(self, seed):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.day = 0
        self.stock = 40.0
        self.pipeline = []
        self.season = self.rng.uniform(0, 2 * np.pi)
        return self.observe(0.0)

    def observe(self, sold):
        return np.array([self.stock / 50, sold / 10, len(self.pipeline) / 5], dtype=np.float32)

    def step(self, order):
        self.day += 1
        if order > 0:
            self.pipeline.append([self.rng.randint(2, 7), order * 10])
        for p in self.pipeline:
            p[0] -= 1
        self.stock += sum(q for t, q in self.pipeline if t <= 0)
        self.pipeline = [p for p in self.pipeline if p[0] > 0]
        demand = self.rng.poisson(6 + 4 * np.sin(2 * np.pi * self.day / 90 + self.season))
        sold = min(demand, self.stock)
        self.stock -= sold
        reward = sold - 0.05 * self.stock - 0.5 * (demand - sold) - (0.4 if order else 0.0)
        return self.observe(sold), reward, self.day >= YEAR


class StockModel(nn.Module):
    def __init__(self, units=64, n_orders=4):
        super().__init__()
        self.units = units
        self.gru = nn.GRU(3, units, batch_first=True)
        self.policy = nn.Linear(units, n_orders)
        self.value = nn.Linear(units, 1)

    def call(self, x, h):
        y, h = self.gru(x.view(1, 1, -1), h)
        y = y[:, -1]
        return self.policy(y), self.value(y), h

    # keras style helpers
    def get_weights(self):
        return [w.detach().cpu().numpy().copy() for w in self.parameters()]

    def set_weights(self, values):
        with torch.no_grad():
            for w, v in zip(self.parameters(), values):
                w.copy_(torch.from_numpy(v))


class Member:
    def __init__(self, idx):
        self.idx = idx
        self.env = Warehouse(seed=idx)
        self.model = StockModel()
        self.lr = 10 ** np.random.uniform(-4, -3)
        self.ent = 10 ** np.random.uniform(-3, -2)
        self.compile()
        self.obs = self.env.reset()
        self.h = torch.zeros(1, 1, self.model.units)
        self.score = 0.0

    def compile(self):
        self.opt = torch.optim.RMSprop(self.model.parameters(), lr=self.lr)

    def path(self):
        return os.path.join(OUT, "member%d.npz" % self.idx)

    def fit(self, days):
        total = 0.0
        for _ in range(days // BPTT):
            logps, values, ents, rewards, ends = [], [], [], [], []
            for _ in range(BPTT):
                logits, v, self.h = self.model.call(torch.from_numpy(self.obs), self.h)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                self.obs, r, end = self.env.step(a.item())
                total += r
                logps.append(dist.log_prob(a))
                values.append(v.view(1))
                ents.append(dist.entropy())
                rewards.append(r)
                ends.append(end)
                if end:
                    self.obs = self.env.reset()
                    self.h = torch.zeros(1, 1, self.model.units)
            with torch.no_grad():
                R = self.model.call(torch.from_numpy(self.obs), self.h)[1].view(1)
            targets = []
            for r, e in zip(rewards[::-1], ends[::-1]):
                R = r + 0.97 * R * (1.0 - float(e))
                targets.insert(0, R)
            values, targets = torch.cat(values), torch.cat(targets)
            adv = (targets - values).detach()
            loss = -(torch.cat(logps) * adv).mean() + F.mse_loss(values, targets) - self.ent * torch.cat(ents).mean()
            self.opt.zero_grad()
            loss.backward()
            self.opt.step()
            self.h = self.h.detach()
        self.score = 0.7 * self.score + 0.3 * total / days

    def save(self):
        np.savez(self.path(), *self.model.get_weights())

    def copy_from(self, other):
        data = np.load(other.path())
        self.model.set_weights([data["arr_%d" % i] for i in range(len(data.files))])
        self.lr = other.lr * np.random.choice([0.8, 1.2])
        self.ent = other.ent * np.random.choice([0.8, 1.2])
        self.score = other.score
        self.compile()


if __name__ == "__main__":
    os.makedirs(OUT, exist_ok=True)
    members = [Member(i) for i in range(POP)]
    for gen in range(GENERATIONS):
        for m in members:
            m.fit(DAYS_PER_GEN)
            m.save()
        members.sort(key=lambda m: m.score)
        members[0].copy_from(members[-1])
        members[1].copy_from(members[-2])
        print(gen, ["%d:%.2f" % (m.idx, m.score) for m in members])
