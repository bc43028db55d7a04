import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn

RING = 5.0


class SumoRing:
    def reset(self):
        self.p = np.array([-2.0, 2.0])
        self.v = np.zeros(2)
        self.t = 0
        return self.views()

    def views(self):
        a = np.array([self.p[0], self.p[1], self.v[0]], dtype=np.float32) / RING
        b = np.array([-self.p[1], -self.p[0], -self.v[1]], dtype=np.float32) / RING
        return a, b

    def step(self, fa, fb):
        self.v = 0.9 * self.v + 0.2 * np.array([fa, -fb])
        self.p = self.p + self.v
        if self.p[0] > self.p[1]:
            mid = self.p.mean()
            self.p[:] = mid
            self.v[:] = self.v.mean()
        self.t += 1
        out = np.abs(self.p) > RING
        done = bool(out.any()) or self.t >= 200
        reward = float(out[1]) - float(out[0])
        return self.views(), reward, done


class Wrestler(nn.Module):
    def __init__(self):
        super().__init__()
        self.gru = nn.GRU(3, 32)
        self.mu = nn.Linear(32, 1)
        self.log_std = nn.Parameter(torch.zeros(1))

    def forward(self, x, h):
        y, h = self.gru(torch.from_numpy(x).view(1, 1, -1), h)
        return torch.distributions.Normal(self.mu(y.view(-1)), self.log_std.exp()), h


def bout(ring, left, right):
    (a, b), done = ring.reset(), False
    ha = hb = torch.zeros(1, 1, 32)
    logps, reward = [], 0.0
    while not done:
        pi, ha = left(a, ha)
        fa = pi.sample()
        logps.append(pi.log_prob(fa))
        with torch.no_grad():
            po, hb = right(b, hb)
            fb = po.sample()
        (a, b), reward, done = ring.step(fa.clamp(-1, 1).item(), fb.clamp(-1, 1).item())
    return torch.cat(logps).sum(), reward


def main(bouts=40000, batch=16, add_every=100):
    ring = SumoRing()
    hero, rival = Wrestler(), Wrestler()
    opt = torch.optim.Adam(hero.parameters(), lr=2e-3)
    pool = deque(maxlen=25)
    pool.append((0, hero.state_dict()))
    results = {}
    for it in range(1, bouts // batch + 1):
        stamp, weights = random.choice(pool)
        rival.load_state_dict(weights)
        lps, rews = zip(*[bout(ring, hero, rival) for _ in range(batch)])
        rews = torch.tensor(rews)
        loss = -(torch.stack(lps) * (rews - rews.mean())).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(hero.parameters(), 1.0)
        opt.step()
        old = results.get(stamp, 0.0)
        results[stamp] = 0.8 * old + 0.2 * rews.mean().item()
        if it % add_every == 0:
            pool.append((it, hero.state_dict()))
            print(it, {k: round(v, 2) for k, v in sorted(results.items())})
    torch.save(hero.state_dict(), "sumo.pt")


if __name__ == "__main__":
    main()
