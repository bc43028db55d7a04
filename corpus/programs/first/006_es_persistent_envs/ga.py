"""Steady GA over flat weight vectors. Simulations are never restarted between generations: slot i of the
population simply goes on in its own simulation with whatever genome selection put there."""
import argparse

import gymnasium as gym
import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class RNNController(nn.Module):
    def __init__(self, nin, nout, nh=32):
        super().__init__()
        self.rnn = nn.RNNCell(nin, nh)
        self.out = nn.Linear(nh, nout)
        self.nh = nh

    def forward(self, x, h):
        h = self.rnn(x, h)
        return torch.tanh(self.out(h)), h


class Slot:
    def __init__(self, env_id, seed):
        self.env = gym.make(env_id)
        self.obs, _ = self.env.reset(seed=seed)
        self.h = None

    def unroll(self, net, T):
        total = 0.0
        if self.h is None:
            self.h = torch.zeros(1, net.nh)
        for _ in range(T):
            x = torch.as_tensor(self.obs, dtype=torch.float32).unsqueeze(0)
            with torch.no_grad():
                a, self.h = net(x, self.h)
            self.obs, r, d, tr, _ = self.env.step(a.numpy()[0])
            total += r
            if d or tr:
                self.obs, _ = self.env.reset()
                self.h = torch.zeros(1, net.nh)
        return total


def next_generation(genomes, fits, rng, sigma):
    n = len(genomes)
    out = np.empty_like(genomes)
    for i in range(n):
        a, b = rng.choice(n, 2, replace=False)
        mother = genomes[a if fits[a] > fits[b] else b]
        father = genomes[int(np.argmax(fits))]
        mask = rng.random(genomes.shape[1]) < 0.5
        out[i] = np.where(mask, mother, father) + sigma * rng.standard_normal(genomes.shape[1])
    return out


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--env", default="Pendulum-v1")
    ap.add_argument("--pop", type=int, default=32)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--trunc", type=int, default=25)
    ap.add_argument("--gens", type=int, default=1000)
    args = ap.parse_args()

    rng = np.random.default_rng(0)
    slots = [Slot(args.env, s) for s in range(args.pop)]
    e = slots[0].env
    net = RNNController(e.observation_space.shape[0], e.action_space.shape[0])
    size = parameters_to_vector(net.parameters()).numel()
    genomes = 0.3 * rng.standard_normal((args.pop, size)).astype(np.float32)

    for g in range(args.gens):
        fits = np.zeros(args.pop)
        for i, slot in enumerate(slots):
            vector_to_parameters(torch.from_numpy(genomes[i]), net.parameters())
            fits[i] = slot.unroll(net, args.trunc)
        if g % 20 == 0:
            print(g, fits.mean(), fits.max())
        genomes = next_generation(genomes, fits, rng, args.sigma)


if __name__ == "__main__":
    main()
