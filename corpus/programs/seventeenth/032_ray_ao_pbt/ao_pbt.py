"""Predictive adaptive optics: one predictor per guide star, population based training over them."""
import argparse

import numpy as np
import ray
import torch
import torch.nn as nn


class SlopePredictor(nn.Module):
    def __init__(self, n_slopes, hidden=192):
        super().__init__()
        self.norm = nn.LayerNorm(n_slopes)
        self.cell = nn.LSTMCell(n_slopes, hidden)
        self.out = nn.Linear(hidden, n_slopes)

    def forward(self, s, hc):
        h, c = self.cell(self.norm(s), hc)
        return s + self.out(h), (h, c)


class FrozenFlow:
    def __init__(self, n, wind, seed):
        self.rng = np.random.default_rng(seed)
        self.screen = np.cumsum(self.rng.normal(size=(n, 4096)), axis=1)
        self.screen -= self.screen.mean(1, keepdims=True)
        self.wind, self.pos = wind, 0.0

    def frame(self):
        self.pos = (self.pos + self.wind) % self.screen.shape[1]
        s = self.screen[:, int(self.pos)] * 0.02
        return torch.as_tensor(s + self.rng.normal(0, 0.05, s.shape), dtype=torch.float32)[None]


@ray.remote(num_cpus=1)
class StarWorker:
    def __init__(self, idx, n_slopes, lr):
        torch.manual_seed(idx)
        self.net = SlopePredictor(n_slopes)
        self.lr = lr
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.flow = FrozenFlow(n_slopes, wind=1.0 + 0.2 * idx, seed=idx)
        self.hc = (torch.zeros(1, 192), torch.zeros(1, 192))
        self.prev = self.flow.frame()

    def run(self, frames, bptt=16):
        total, chunk = 0.0, 0.0
        for t in range(1, frames + 1):
            guess, self.hc = self.net(self.prev, self.hc)
            now = self.flow.frame()
            err = (guess - now).pow(2).mean()
            total += err.item()
            chunk = chunk + err
            self.prev = now
            if t % bptt == 0:
                self.opt.zero_grad()
                (chunk / bptt).backward()
                nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
                self.opt.step()
                self.hc = tuple(v.detach() for v in self.hc)
                chunk = 0.0
        return total / frames

    def export(self):
        return {k: v.numpy().copy() for k, v in self.net.state_dict().items()}, self.lr

    def adopt(self, weights, lr):
        self.net.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
        self.lr = float(np.clip(lr * np.random.choice([0.8, 1.25]), 1e-5, 1e-2))
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.lr)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--stars", type=int, default=8)
    ap.add_argument("--slopes", type=int, default=72)
    ap.add_argument("--rounds", type=int, default=200)
    ap.add_argument("--frames", type=int, default=4800)
    args = ap.parse_args()
    ray.init()
    lrs = 10 ** np.random.uniform(-4, -2.3, args.stars)
    stars = [StarWorker.remote(i, args.slopes, float(lr)) for i, lr in enumerate(lrs)]
    for r in range(args.rounds):
        mse = np.array(ray.get([s.run.remote(args.frames) for s in stars]))
        order = mse.argsort()
        n = max(1, args.stars // 4)
        for good, bad in zip(order[:n], order[-n:]):
            weights, lr = ray.get(stars[good].export.remote())
            ray.get(stars[bad].adopt.remote(weights, lr))
        print(f"round {r:3d}  best {mse.min():.4f}  median {np.median(mse):.4f}")


if __name__ == "__main__":
    main()
