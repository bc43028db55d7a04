"""(mu, lambda) evolution of a recurrent needle-steering controller."""
import argparse
import copy
import pickle

import numpy as np
import torch
import torch.nn as nn


class NeedleSim:
    """Bevel-tip needle in drifting tissue, 2D."""

    def __init__(self, rng):
        self.rng = rng

    def reset(self):
        self.p = np.zeros(2)
        self.heading = 0.0
        self.goal = np.array([60.0, self.rng.uniform(-12, 12)])
        self.kappa = self.rng.uniform(0.01, 0.03)
        return self._obs()

    def _obs(self):
        d = (self.goal - self.p) / 60
        noise = self.rng.normal(0, 0.02, 2)
        return np.array([*(d + noise), np.sin(self.heading)], dtype=np.float32)

    def step(self, roll):
        self.heading += self.kappa * float(np.sign(roll)) * min(1.0, abs(roll) * 2)
        self.p = self.p + np.array([np.cos(self.heading), np.sin(self.heading)])
        self.goal[1] += self.rng.normal(0, 0.05)
        return self._obs(), self.p[0] >= self.goal[0] or abs(self.p[1]) > 40


class Controller(nn.Module):
    def __init__(self, hid=20):
        super().__init__()
        self.hid = hid
        self.cell = nn.GRUCell(3, hid)
        self.roll = nn.Linear(hid, 1)
        self.requires_grad_(False)
        self.reset()

    def reset(self):
        self.h = torch.zeros(1, self.hid)

    def forward(self, obs):
        self.h = self.cell(torch.from_numpy(obs)[None], self.h)
        return torch.tanh(self.roll(self.h)).item()


class Genome:
    def __init__(self, vec, sigma=0.1):
        self.vec = vec
        self.sigma = sigma
        self.error = None

    def child(self, rng):
        kid = copy.deepcopy(self)
        kid.sigma *= float(np.exp(0.2 * rng.normal()))
        kid.vec = kid.vec + kid.sigma * rng.normal(size=kid.vec.shape).astype(np.float32)
        kid.error = None
        return kid

    def write_to(self, net):
        i = 0
        for p in net.parameters():
            n = p.numel()
            p.copy_(torch.from_numpy(self.vec[i:i + n]).view_as(p))
            i += n


def insert(net, sim):
    net.reset()
    obs, done, n = sim.reset(), False, 0
    while not done and n < 120:
        obs, done = sim.step(net(obs))
        n += 1
    return float(np.linalg.norm(sim.p - sim.goal))


def evaluate(genome, net, sim, trials):
    genome.write_to(net)
    genome.error = float(np.mean([insert(net, sim) for _ in range(trials)]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--gens", type=int, default=300)
    ap.add_argument("--mu", type=int, default=10)
    ap.add_argument("--lam", type=int, default=70)
    ap.add_argument("--trials", type=int, default=8)
    args = ap.parse_args()

    rng = np.random.default_rng(11)
    sim, net = NeedleSim(rng), Controller()
    dim = sum(p.numel() for p in net.parameters())
    parents = [Genome(rng.normal(0, 0.3, dim).astype(np.float32)) for _ in range(args.mu)]
    champion = None
    for gen in range(args.gens):
        kids = [parents[rng.integers(len(parents))].child(rng) for _ in range(args.lam)]
        for k in kids:
            evaluate(k, net, sim, args.trials)
        kids.sort(key=lambda g: g.error)
        parents = kids[:args.mu]
        if champion is None or parents[0].error < champion.error:
            champion = copy.deepcopy(parents[0])
        print(f"gen {gen:3d} best {parents[0].error:.2f} champion {champion.error:.2f}")

    champion.write_to(net)
    final = [insert(net, sim) for _ in range(200)]
    print("champion over 200 insertions:", round(float(np.mean(final)), 2))
    with open("champion.pkl", "wb") as f:
        pickle.dump(champion, f)


if __name__ == "__main__":
    main()
