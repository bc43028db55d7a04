import random

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class LiquidCell(nn.Module):
    def __init__(self, n_in, n_hid):
        super().__init__()
        self.bb = nn.Linear(n_in + n_hid, 32)
        self.ff1 = nn.Linear(32, n_hid)
        self.ff2 = nn.Linear(32, n_hid)
        self.ta = nn.Linear(32, n_hid)
        self.tb = nn.Linear(32, n_hid)

    def forward(self, x, h, dt=1.0):
        z = torch.tanh(self.bb(torch.cat([x, h], -1)))
        gate = torch.sigmoid(self.ta(z) * dt + self.tb(z))
        return torch.tanh(self.ff1(z)) * (1 - gate) + gate * torch.tanh(self.ff2(z))


class LiquidPolicy(nn.Module):
    def __init__(self, n_obs, n_act, n_hid=12, layers=2):
        super().__init__()
        self.n_hid = n_hid
        self.cells = nn.ModuleList(
            [LiquidCell(n_obs if i == 0 else n_hid, n_hid) for i in range(layers)])
        self.head = nn.Linear(n_hid, n_act)
        self.hs = None

    def begin(self):
        self.hs = [torch.zeros(1, self.n_hid) for _ in self.cells]

    def act(self, obs):
        x = torch.as_tensor(obs[[0, 2]], dtype=torch.float32).unsqueeze(0)
        for i, cell in enumerate(self.cells):
            self.hs[i] = cell(x, self.hs[i])
            x = self.hs[i]
        return int(self.head(x).argmax())


def genome_of(net):
    return np.concatenate([p.detach().numpy().ravel() for p in net.parameters()])


def express(net, genome):
    i = 0
    for p in net.parameters():
        n = p.numel()
        p.data.copy_(torch.from_numpy(genome[i:i + n]).view_as(p))
        i += n


@torch.no_grad()
def fitness(net, env, genome, episodes=3):
    express(net, genome)
    scores = []
    for _ in range(episodes):
        obs, _ = env.reset()
        net.begin()
        score, over = 0.0, False
        while not over:
            obs, r, term, trunc, _ = env.step(net.act(obs))
            score += r
            over = term or trunc
        scores.append(score)
    return float(np.mean(scores))


def tournament(pop, fits, k=4):
    best = max(random.sample(range(len(pop)), k), key=lambda i: fits[i])
    return pop[best]


def crossover(a, b):
    mask = np.random.rand(a.size) < 0.5
    return np.where(mask, a, b).astype(np.float32)


def main():
    env = gym.make("CartPole-v1")
    net = LiquidPolicy(2, env.action_space.n)
    base = genome_of(net)
    pop = [base + 0.3 * np.random.randn(base.size).astype(np.float32) for _ in range(40)]
    for gen in range(100):
        fits = [fitness(net, env, g) for g in pop]
        order = np.argsort(fits)[::-1]
        print(f"gen {gen}: best {fits[order[0]]:.1f} mean {np.mean(fits):.1f}")
        champion = pop[order[0]].copy()
        if fits[order[0]] >= 499:
            break
        nxt = [pop[i].copy() for i in order[:4]]
        while len(nxt) < len(pop):
            child = crossover(tournament(pop, fits), tournament(pop, fits))
            child += 0.05 * np.random.randn(child.size).astype(np.float32)
            nxt.append(child)
        pop = nxt
    np.save("champion.npy", champion)


if __name__ == "__main__":
    main()
