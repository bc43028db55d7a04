import argparse
import math
import os
import tempfile

import torch
from torch import nn


class Descent:
    """Batch of drones above a deck. The altimeter reading is noisy, speed is not observed."""

    def __init__(self, n, dt=0.1, limit=300):
        self.n, self.dt, self.limit = n, dt, limit
        self.z = torch.zeros(n)
        self.vz = torch.zeros(n)
        self.t = torch.zeros(n)

    def start(self, which=None):
        which = torch.ones(self.n, dtype=torch.bool) if which is None else which
        m = int(which.sum())
        self.z[which] = 8 + 4 * torch.rand(m)
        self.vz[which] = -torch.rand(m)
        self.t[which] = 0
        return self.sense()

    def sense(self):
        return torch.stack([self.z + 0.1 * torch.randn(self.n), self.t / self.limit], dim=1)

    def step(self, thrust):
        acc = torch.tensor([-3.0, 0.0, 3.0])[thrust]
        self.vz += self.dt * acc
        self.z += self.dt * self.vz
        self.t += 1
        down = self.z <= 0
        done = down | (self.t >= self.limit) | (self.z > 20)
        reward = torch.where(down, 5 - 3 * self.vz.abs(), torch.where(done, -5.0, -0.02))
        self.start(done)
        return self.sense(), reward, done


class LandingNet(nn.Module):
    def __init__(self, hidden):
        super().__init__()
        self.lstm = nn.LSTM(2, hidden, num_layers=1)
        self.heads = nn.Linear(hidden, 3 + 1)

    def forward(self, x, state):
        y, state = self.lstm(x[None], state)
        y = self.heads(y[0])
        return y[:, :3], y[:, 3], state


class Trainer:
    def __init__(self, a):
        self.a = a
        self.env = Descent(a.drones)
        self.net = LandingNet(a.hidden)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=a.lr)
        self.best = -math.inf
        self.snapshot = os.path.join(tempfile.mkdtemp(), "best.pt")
        self.avg = None
        self.begin()

    def begin(self):
        self.x = self.env.start()
        self.state = self.blank()

    def blank(self):
        z = torch.zeros(1, self.a.drones, self.a.hidden)
        return z, z.clone()

    def collect(self):
        self.state = tuple(s.detach() for s in self.state)
        rows = []
        for _ in range(self.a.horizon):
            logits, value, (h, c) = self.net(self.x, self.state)
            dist = torch.distributions.Categorical(logits=logits)
            u = dist.sample()
            self.x, r, done = self.env.step(u)
            live = (~done).float()
            self.state = (h * live[None, :, None], c * live[None, :, None])
            rows.append((dist.log_prob(u), dist.entropy(), value, r, live))
        return rows

    def learn(self, rows):
        with torch.no_grad():
            g = self.net(self.x, self.state)[1]
        pol, val, ent = 0, 0, 0
        for lp, e, v, r, live in reversed(rows):
            g = r + self.a.gamma * g * live
            pol = pol - (lp * (g - v).detach()).mean()
            val = val + (g - v).pow(2).mean()
            ent = ent + e.mean()
        self.opt.zero_grad()
        ((pol + 0.5 * val - 0.01 * ent) / len(rows)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return torch.stack([r for *_, r, _ in rows]).mean().item()

    def revert(self):
        saved = torch.load(self.snapshot)
        self.net.load_state_dict(saved["net"])
        self.opt.load_state_dict(saved["opt"])
        self.avg = saved["avg"]
        self.begin()

    def run(self):
        for i in range(self.a.iterations):
            r = self.learn(self.collect())
            self.avg = r if self.avg is None else 0.98 * self.avg + 0.02 * r
            if i < 50:
                continue
            if self.avg > self.best:
                self.best = self.avg
                torch.save({"net": self.net.state_dict(), "opt": self.opt.state_dict(), "avg": self.avg}, self.snapshot)
            elif self.avg < self.best - self.a.tolerance:
                print(f"iter {i}: {self.avg:.3f} against {self.best:.3f}, back to the snapshot")
                self.revert()


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--drones", type=int, default=32)
    ap.add_argument("--hidden", type=int, default=64)
    ap.add_argument("--horizon", type=int, default=48)
    ap.add_argument("--iterations", type=int, default=4000)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--gamma", type=float, default=0.99)
    ap.add_argument("--tolerance", type=float, default=0.05)
    Trainer(ap.parse_args()).run()
