import random

import torch
import torch.nn.functional as F

from sprayer import Drive, Hyper, Nozzle, RowSprayer, Score


class Member:
    def __init__(self, idx, hyper):
        self.idx, self.hyper = idx, hyper
        self.env = RowSprayer(seed=idx)
        self.net = Nozzle()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=hyper.lr)
        self.score = Score()
        self.drive = Drive(self.env, self.net.size)

    def work(self, updates, n=30):
        for _ in range(updates):
            memo = self.drive.memo.detach()
            lps, vals, ents, rews, ends = [], [], [], [], []
            for _ in range(n):
                logits, v, memo = self.net(self.drive.obs, memo)
                lp = logits.log_softmax(-1)
                a = int(torch.multinomial(lp.detach().exp(), 1))
                self.drive.obs, r, end = self.env.step(a)
                self.drive.memo = memo
                self.drive.gained += r
                lps.append(lp[a])
                vals.append(v)
                ents.append(-(lp.exp() * lp).sum())
                rews.append(r)
                ends.append(float(end))
                if end:
                    self.score.add(self.drive.gained)
                    self.drive = Drive(self.env, self.net.size)
                    memo = self.drive.memo
            self._learn(lps, vals, ents, rews, ends)

    def _learn(self, lps, vals, ents, rews, ends):
        with torch.no_grad():
            g = self.net(self.drive.obs, self.drive.memo)[1].item()
        rets = []
        for r, e in zip(reversed(rews), reversed(ends)):
            g = r + self.hyper.gamma * (1 - e) * g
            rets.append(g)
        ret, val = torch.tensor(rets[::-1]), torch.stack(vals)
        loss = -((ret - val).detach() * torch.stack(lps)).mean() + 0.5 * F.mse_loss(val, ret)
        loss = loss - self.hyper.entropy * torch.stack(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()

    def adopt(self, donor, rng):
        self.net.load_state_dict(donor.net.state_dict())
        self.hyper = donor.hyper.perturbed(rng)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hyper.lr)
        self.score = Score()
        self.drive = Drive(self.env, self.net.size)


class Scheduler:
    def __init__(self, n=8, seed=0):
        self.rng = random.Random(seed)
        self.members = [Member(i, Hyper(10 ** self.rng.uniform(-4, -2), 10 ** self.rng.uniform(-3, -1))) for i in range(n)]

    def cycle(self, updates=50):
        for m in self.members:
            m.work(updates)
        order = sorted(self.members, key=lambda m: m.score.value())
        cut = max(1, len(order) // 4)
        for weak in order[:cut]:
            strong = self.rng.choice(order[-cut:])
            if strong.score.value() > weak.score.value() + 1.0:
                weak.adopt(strong, self.rng)
        return order[-1]


if __name__ == "__main__":
    pbt = Scheduler()
    for c in range(100):
        lead = pbt.cycle()
        print(c, lead.idx, round(lead.score.value(), 2), lead.hyper)
    torch.save(lead.net.state_dict(), "nozzle.pt")
