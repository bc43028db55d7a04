"""Leak patrols on a cluster: a search over weights with many inspectors (augmented random search)."""
import sys
import numpy as np
import ray
import torch
import torch.nn as nn

from pipes import PipeGrid

VALVES = 12


class Nose(nn.Module):
    def __init__(self, size=32):
        super().__init__()
        self.size = size
        self.lstm = nn.LSTMCell(VALVES + 1, size)
        self.out = nn.Linear(size, 2 * VALVES)
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x, scent):
        scent = self.lstm(x, scent)
        return self.out(scent[0]), scent

    def numbers(self):
        return np.concatenate([p.numpy().ravel() for p in self.parameters()])

    def fill(self, flat):
        at = 0
        for p in self.parameters():
            n = p.numel()
            p.copy_(torch.as_tensor(flat[at : at + n], dtype=p.dtype).view_as(p))
            at += n


@ray.remote(num_cpus=1)
class Inspector:
    def __init__(self, seed):
        self.grid = PipeGrid(seed)
        self.nose = Nose()
        self.scent = None

    def _one_night(self):
        x = self.grid.new_night()
        self.scent = None
        got, over = 0.0, False
        while not over:
            logits, self.scent = self.nose(torch.from_numpy(x)[None], self.scent)
            x, r, over = self.grid.act(int(logits.argmax()))
            got += r
        return got

    def patrol(self, flat, nights=20):
        self.nose.fill(flat)
        return float(np.mean([self._one_night() for _ in range(nights)]))


def search(rounds, pairs=16, sigma=0.05, lr=0.03):
    rng = np.random.default_rng(3)
    theta = Nose().numbers()
    crew = [Inspector.remote(s) for s in range(pairs)]
    for k in range(rounds):
        eps = rng.standard_normal((pairs, theta.size)).astype(np.float32)
        plus = ray.get([c.patrol.remote(theta + sigma * e) for c, e in zip(crew, eps)])
        minus = ray.get([c.patrol.remote(theta - sigma * e) for c, e in zip(crew, eps)])
        diff = np.array(plus) - np.array(minus)
        theta = theta + lr / (pairs * (np.std(plus + minus) + 1e-6)) * diff @ eps
        print(f"{k:4d} {np.mean(plus + minus):.3f}")
    np.save("nose.npy", theta)


if __name__ == "__main__":
    ray.init()
    search(int(sys.argv[1]) if len(sys.argv) > 1 else 300)
