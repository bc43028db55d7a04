"""Asynchronous actor-critic for frequency hopping under a jammer (threads, one shared net)."""
import argparse
import threading

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

CHANNELS = 16


class Spectrum:
    """A sweeping jammer that sometimes turns around; we want to be where it is not."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.pos = int(self.rng.integers(CHANNELS))
        self.dir = int(self.rng.choice([-1, 1]))
        self.t = 0
        return self._sense()

    def _sense(self):
        power = self.rng.exponential(0.1, CHANNELS)
        for k in (-1, 0, 1):
            power[(self.pos + k) % CHANNELS] += 1.0 - 0.4 * abs(k)
        return power.astype(np.float32)

    def step(self, ch):
        if self.rng.random() < 0.1:
            self.dir = -self.dir
        self.pos = (self.pos + self.dir) % CHANNELS
        self.t += 1
        dist = min((ch - self.pos) % CHANNELS, (self.pos - ch) % CHANNELS)
        return self._sense(), float(dist > 1) - float(dist == 0), self.t >= 200


class HopNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(CHANNELS, hidden)
        self.pi = nn.Linear(hidden, CHANNELS)
        self.v = nn.Linear(hidden, 1)

    def zero(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return self.pi(h), self.v(h), (h, c)


class Worker(threading.Thread):
    def __init__(self, k, shared, opt, lock, args, stats):
        super().__init__(daemon=True)
        self.k, self.shared, self.opt, self.lock = k, shared, opt, lock
        self.args, self.stats = args, stats
        self.net = HopNet()

    def run(self):
        env = Spectrum(self.k)
        obs, total = env.reset(), 0.0
        for _ in range(self.args.updates):
            with self.lock:
                self.net.load_state_dict(self.shared.state_dict())
            hc = self.net.zero()
            logps, vals, rews, ents = [], [], [], []
            done = False
            for _ in range(self.args.n):
                logits, v, hc = self.net(torch.from_numpy(obs).unsqueeze(0), hc)
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                obs, r, done = env.step(a.item())
                total += r
                logps.append(dist.log_prob(a))
                vals.append(v)
                ents.append(dist.entropy())
                rews.append(r)
                if done:
                    obs = env.reset()
                    self.stats.append(total)
                    total = 0.0
                    break
            if done:
                R = torch.zeros(1, 1)
            else:
                with torch.no_grad():
                    R = self.net(torch.from_numpy(obs).unsqueeze(0), hc)[1]
            loss = 0.0
            for i in reversed(range(len(rews))):
                R = rews[i] + self.args.gamma * R
                adv = R - vals[i]
                loss = loss + F.mse_loss(vals[i], R) - logps[i] * adv.detach() - 0.01 * ents[i]
            self.net.zero_grad()
            loss.sum().backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 20.0)
            with self.lock:
                for p, q in zip(self.shared.parameters(), self.net.parameters()):
                    p.grad = q.grad.clone()
                self.opt.step()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--threads", type=int, default=4)
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("-n", type=int, default=40)
    ap.add_argument("--gamma", type=float, default=0.9)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()
    torch.set_num_threads(1)
    shared, lock, stats = HopNet(), threading.Lock(), []
    opt = torch.optim.Adam(shared.parameters(), lr=args.lr)
    workers = [Worker(k, shared, opt, lock, args, stats) for k in range(args.threads)]
    for w in workers:
        w.start()
    while any(w.is_alive() for w in workers):
        for w in workers:
            w.join(timeout=5.0)
        if stats:
            print(f"{len(stats)} episodes, last 50: {np.mean(stats[-50:]):.1f}")
    torch.save(shared.state_dict(), "hop.pt")


if __name__ == "__main__":
    main()
