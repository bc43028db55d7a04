"""Actor-critic for the oolong kiln; trains a GRU and checks saved snapshots afterwards.

    python kiln.py train --out snaps
    python kiln.py check snaps/*.pt
"""
import argparse
import pathlib
import statistics

import numpy as np
import torch
from torch import nn


class Kiln:
    def __init__(self, rng):
        self.rng = rng

    def load(self):
        self.water = self.rng.uniform(0.25, 0.4)
        self.aroma = 0.0
        self.heat = 0.2
        self.k = 0
        self.thick = self.rng.uniform(0.5, 1.5)
        return self.probe()

    def probe(self):
        surface = self.water / self.thick + self.rng.normal(0, 0.02)
        return torch.tensor([self.heat, surface, self.k / 100], dtype=torch.float32)

    def turn(self, knob):
        self.heat = float(np.clip(self.heat + (knob - 1) * 0.05, 0, 1))
        self.water = max(0.0, self.water - 0.01 * self.heat / self.thick)
        self.aroma += 0.02 * self.heat * (self.water < 0.1) - 0.05 * (self.heat > 0.9)
        self.k += 1
        finished = self.k == 100
        reward = -abs(self.water - 0.05) * 10 + self.aroma if finished else -0.002
        return self.probe(), reward, finished


class KilnAgent(nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(3, width)
        self.knob = nn.Linear(width, 3)
        self.worth = nn.Linear(width, 1)
        self.memory = None

    def new_batch(self):
        self.memory = torch.zeros(self.width)

    def forward(self, probe):
        self.memory = self.cell(probe, self.memory)
        return torch.distributions.Categorical(logits=self.knob(self.memory)), self.worth(self.memory)[0]


def roast(agent, kiln, greedy=False):
    agent.new_batch()
    probe, finished = kiln.load(), False
    logps, worths, rewards, ents = [], [], [], []
    while not finished:
        dist, worth = agent(probe)
        a = dist.probs.argmax() if greedy else dist.sample()
        probe, r, finished = kiln.turn(int(a))
        logps.append(dist.log_prob(a))
        ents.append(dist.entropy())
        worths.append(worth)
        rewards.append(r)
    return logps, worths, rewards, ents


def train(out, batches):
    out.mkdir(parents=True, exist_ok=True)
    kiln, agent = Kiln(np.random.default_rng(0)), KilnAgent()
    opt = torch.optim.Adam(agent.parameters(), lr=2e-3)
    recent = []
    for b in range(1, batches + 1):
        logps, worths, rewards, ents = roast(agent, kiln)
        g = torch.tensor(np.cumsum(rewards[::-1])[::-1].copy(), dtype=torch.float32)
        w = torch.stack(worths)
        loss = (-(torch.stack(logps) * (g - w.detach())) + 0.5 * (g - w) ** 2 - 0.005 * torch.stack(ents)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        recent.append(sum(rewards))
        if b % 1000 == 0:
            print(b, statistics.mean(recent))
            recent.clear()
            torch.save(agent.state_dict(), out / f"batch_{b:06d}.pt")


@torch.no_grad()
def check(files, n):
    agent = KilnAgent()
    for f in files:
        agent.load_state_dict(torch.load(f))
        kiln = Kiln(np.random.default_rng(99))
        scores = [sum(roast(agent, kiln, greedy=True)[2]) for _ in range(n)]
        print(f"{f.name}: {statistics.mean(scores):.3f} (sd {statistics.pstdev(scores):.3f})")


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    sub = p.add_subparsers(dest="cmd", required=True)
    t = sub.add_parser("train")
    t.add_argument("--out", type=pathlib.Path, default=pathlib.Path("snaps"))
    t.add_argument("--batches", type=int, default=40000)
    c = sub.add_parser("check")
    c.add_argument("files", type=pathlib.Path, nargs="+")
    c.add_argument("-n", type=int, default=50)
    a = p.parse_args()
    train(a.out, a.batches) if a.cmd == "train" else check(a.files, a.n)
