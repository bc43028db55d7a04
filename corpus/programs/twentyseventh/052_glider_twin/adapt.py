import argparse
import copy
import math
import random

import torch
import torch.nn as nn


class DepthKeeper(nn.Module):
    def __init__(self, n_hidden):
        super().__init__()
        self.gru = nn.GRU(3, n_hidden, batch_first=True)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x, h=None):
        y, h = self.gru(x, h)
        return torch.tanh(self.out(y)), h


class Ocean:
    """Glider in stratified water, sinking or rising by its ballast."""

    def __init__(self, rnd):
        self.rnd = rnd
        self.current = rnd.uniform(-0.1, 0.1)

    def dive(self, target):
        self.depth, self.speed, self.target = 0.0, 0.0, target
        return self.sense()

    def sense(self):
        noise = self.rnd.gauss(0, 0.5)
        return [(self.target - self.depth + noise) / 100, self.speed, self.depth / 300]

    def step(self, ballast):
        density = 1 + 0.1 * math.tanh((self.depth - 80) / 20)
        self.speed = 0.9 * self.speed + 0.1 * (3 * ballast / density + self.current)
        self.depth = max(0.0, self.depth + self.speed)
        return self.sense(), -abs(self.depth - self.target) / 100


class Glider:
    """Carries the pilot that is in command; the twin keeps learning on shore."""

    def __init__(self, pilot):
        self.take_command(pilot)

    def take_command(self, pilot):
        self.pilot = copy.deepcopy(pilot).eval()
        self.h = None

    def command(self, sense):
        with torch.no_grad():
            y, self.h = self.pilot(torch.tensor([[sense]]), self.h)
        return y.item()


def imitate(twin, opt, tracks, chunk):
    """Track = list of (sense, better ballast). Each sample is a piece from the start of a dive."""
    losses = []
    for track in random.sample(tracks, min(8, len(tracks))):
        x = torch.tensor([[s for s, _ in track[:chunk]]])
        y = torch.tensor([[[b] for _, b in track[:chunk]]])
        pred, _ = twin(x)
        loss = nn.functional.mse_loss(pred, y)
        opt.zero_grad()
        loss.backward()
        opt.step()
        losses.append(loss.item())
    return sum(losses) / len(losses)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--dives", type=int, default=200)
    p.add_argument("--length", type=int, default=400)
    p.add_argument("--uplink", type=int, default=150, help="steps between weight uploads")
    p.add_argument("--hidden", type=int, default=32)
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    torch.manual_seed(a.seed)
    rnd = random.Random(a.seed)

    twin = DepthKeeper(a.hidden)
    opt = torch.optim.Adam(twin.parameters(), lr=1e-3)
    glider = Glider(twin)
    ocean = Ocean(rnd)
    tracks, clock = [], 0
    for dive in range(a.dives):
        glider.h = None
        sense, score, track = ocean.dive(rnd.choice([60.0, 120.0, 200.0])), 0.0, []
        for _ in range(a.length):
            sense_next, r = ocean.step(glider.command(sense))
            better = max(-1.0, min(1.0, 2 * sense[0] - 1.5 * sense[1]))
            track.append((sense, better))
            sense = sense_next
            score += r
            clock += 1
            if clock % a.uplink == 0 and tracks:
                loss = imitate(twin, opt, tracks, chunk=a.length)
                glider.take_command(twin)
        tracks.append(track)
        if dive % 10 == 9:
            print("dive %d score %.2f loss %.4f" % (dive + 1, score, loss))


if __name__ == "__main__":
    main()
