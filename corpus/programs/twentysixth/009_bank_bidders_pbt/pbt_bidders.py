import random

import torch
from torch import nn
from torch.distributions import Categorical

from floor import BidFloor


class BidderNet(nn.Module):
    def __init__(self, hidden=48):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(7, hidden)
        self.pi = nn.Linear(hidden, 3)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return self.pi(h), self.v(h)[:, 0], (h, c)


class Bidder:
    def __init__(self, idx):
        self.idx = idx
        self.net = BidderNet()
        self.lr = 10 ** random.uniform(-4, -2.7)
        self.beta = 10 ** random.uniform(-3, -1.3)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        z = torch.zeros(1, self.net.hidden)
        self.hc = (z, z)
        self.score = 0.0
        self.tape = []

    def act(self, look):
        logits, value, self.hc = self.net(torch.from_numpy(look)[None], self.hc)
        dist = Categorical(logits=logits)
        a = dist.sample()
        self.tape.append([dist.log_prob(a), value, dist.entropy(), 0.0])
        return a.item()

    def reward(self, r):
        self.tape[-1][3] = float(r)
        self.score = 0.995 * self.score + float(r)

    def learn(self):
        ret, loss = self.tape[-1][1].item(), 0.0
        for logp, v, ent, r in reversed(self.tape):
            ret = r + 0.97 * ret
            adv = ret - v
            loss = loss - logp * adv.detach() + 0.5 * adv ** 2 - self.beta * ent
        self.opt.zero_grad()
        (loss / len(self.tape)).sum().backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.tape = []
        self.hc = tuple(t.detach() for t in self.hc)

    def copy_from(self, other):
        with torch.no_grad():
            for mine, theirs in zip(self.net.parameters(), other.net.parameters()):
                mine.copy_(theirs)
        self.lr = other.lr * random.choice([0.8, 1.25])
        self.beta = other.beta * random.choice([0.8, 1.25])
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)
        self.score = other.score


class Trainer:
    def __init__(self, size=8, window=40, exploit_every=4000):
        self.members = [Bidder(i) for i in range(size)]
        self.floor = BidFloor(size)
        self.window = window
        self.exploit_every = exploit_every

    def exploit(self):
        ranked = sorted(self.members, key=lambda m: m.score)
        quarter = max(1, len(ranked) // 4)
        for loser in ranked[:quarter]:
            winner = random.choice(ranked[-quarter:])
            loser.copy_from(winner)
            print(f"bidder {loser.idx} <- {winner.idx} lr {loser.lr:.1e}")

    def run(self, ticks):
        for t in range(1, ticks + 1):
            acts = torch.tensor([m.act(self.floor.look(m.idx)) for m in self.members]).numpy()
            for m, r in zip(self.members, self.floor.tick(acts)):
                m.reward(r)
            if t % self.window == 0:
                for m in self.members:
                    m.learn()
            if t % self.exploit_every == 0:
                self.exploit()


if __name__ == "__main__":
    Trainer().run(400_000)
