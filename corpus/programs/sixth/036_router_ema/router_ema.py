"""Congestion window control. The link is driven by a slow (EMA) copy of the learner, which makes the
sender less jumpy; TBPTT actor-critic on short segments."""
import copy
import math
from contextlib import contextmanager

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

ACTIONS = (0.7, 0.95, 1.0, 1.05, 1.4)


class Link:
    """Bottleneck with cross traffic. An episode is one flow."""

    def __init__(self, rng):
        self.rng = rng

    def open_flow(self):
        self.cwnd, self.q = 10.0, 0.0
        self.cap = self.rng.uniform(20, 200)
        self.left = int(self.rng.integers(500, 5000))
        return self.sense(0.0, 0.0)

    def sense(self, rtt, loss):
        return torch.tensor([[math.log(self.cwnd), rtt, loss]], dtype=torch.float32)

    def tick(self, mult):
        self.cwnd = float(np.clip(self.cwnd * mult, 1, 2000))
        self.cap *= math.exp(self.rng.normal(0, 0.01))
        sent = min(self.cwnd, self.cap + 0.0)
        self.q = max(0.0, self.q + self.cwnd - self.cap)
        loss = max(0.0, self.q - 100.0) / max(self.cwnd, 1.0)
        self.q = min(self.q, 100.0)
        self.left -= 1
        r = math.log(sent + 1) - 0.02 * self.q - 10 * loss
        return self.sense(self.q / 100, loss), r, self.left <= 0


class Sender(nn.Module):
    def __init__(self, hid=64):
        super().__init__()
        self.cell = nn.GRUCell(3, hid)
        self.pi = nn.Linear(hid, len(ACTIONS))
        self.v = nn.Linear(hid, 1)
        self.hid = hid

    def forward(self, x, h):
        h = self.cell(x, h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


class Slow:
    def __init__(self, net, tau):
        self.net = copy.deepcopy(net).requires_grad_(False)
        self.tau = tau

    @torch.no_grad()
    def follow(self, fast):
        for s, f in zip(self.net.parameters(), fast.parameters()):
            s.lerp_(f, self.tau)


@contextmanager
def timed(stats, key):
    import time
    t = time.perf_counter()
    yield
    stats[key] = stats.get(key, 0.0) + time.perf_counter() - t


def main(total=2_000_000, seg=32, gamma=0.99, seed=0):
    torch.manual_seed(seed)
    link = Link(np.random.default_rng(seed))
    fast = Sender()
    slow = Slow(fast, tau=0.005)
    opt = torch.optim.RMSprop(fast.parameters(), lr=3e-4)
    stats, ret = {}, 0.0

    x = link.open_flow()
    h = torch.zeros(1, fast.hid)
    t = 0
    while t < total:
        xs, acts, rews, dones = [], [], [], []
        h_seg = h
        with timed(stats, "act"), torch.no_grad():
            for _ in range(seg):
                dist, _, h = slow.net(x, h)
                a = dist.sample()
                xs.append(x)
                x, r, over = link.tick(ACTIONS[a.item()])
                acts.append(a)
                rews.append(r)
                dones.append(over)
                ret += r
                t += 1
                if over:
                    x = link.open_flow()
                    h = torch.zeros_like(h)
        with timed(stats, "learn"):
            hh, lps, vs, ents = h_seg, [], [], []
            for xi, ai, di in zip(xs, acts, dones):
                d, v, hh = fast(xi, hh)
                lps.append(d.log_prob(ai))
                ents.append(d.entropy())
                vs.append(v)
                if di:
                    hh = torch.zeros_like(hh)
            with torch.no_grad():
                R = fast(x, hh)[1]
            targets = []
            for r, d in zip(reversed(rews), reversed(dones)):
                R = r + gamma * R * (1.0 - float(d))
                targets.append(R)
            G = torch.cat(targets[::-1])
            V, LP = torch.cat(vs), torch.cat(lps)
            adv = (G - V).detach()
            loss = -(adv * LP).mean() + 0.5 * (G - V).pow(2).mean() - 0.01 * torch.cat(ents).mean()
            opt.zero_grad(set_to_none=True)
            loss.backward()
            nn.utils.clip_grad_norm_(fast.parameters(), 1.0)
            opt.step()
            slow.follow(fast)
        if t % (seg * 500) == 0:
            print(f"{t:>9} mean reward {ret / (seg * 500):.3f}", {k: round(v, 1) for k, v in stats.items()})
            ret = 0.0
    torch.save(slow.net.state_dict(), "sender.pt")


if __name__ == "__main__":
    main()
