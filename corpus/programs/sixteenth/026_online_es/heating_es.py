import math
import random
import time

import numpy as np
import torch
from torch import nn

SIGMA = 0.03
ALPHA = 0.02
PAIRS = 8
WINDOW = 90      # minutes per candidate


class Boiler(object):
    """District heating substation, one step = one minute."""

    def __init__(self):
        self.supply = 55.0
        self.ret = 40.0
        self.minute = 0

    def measure(self):
        outside = 5 + 8 * math.sin(2 * math.pi * self.minute / 1440.0)
        demand = 1 + 0.5 * math.sin(2 * math.pi * self.minute / 720.0)
        return np.array([self.supply / 80, self.ret / 80, outside / 20, demand], dtype=np.float32)

    def apply(self, valve):
        outside = self.measure()[2] * 20
        self.supply += 0.4 * (valve * 80 - self.supply) + random.gauss(0, 0.2)
        self.ret += 0.1 * (self.supply - 12 - 0.3 * (20 - outside) - self.ret)
        self.minute += 1
        comfort = -abs(self.ret - 38)
        return comfort - 2.0 * valve


class Controller(nn.Module):
    def __init__(self):
        super(Controller, self).__init__()
        self.lstm = nn.LSTMCell(4, 24)
        self.valve = nn.Linear(24, 1)

    def forward(self, x, hc):
        h, c = self.lstm(x, hc)
        return torch.sigmoid(self.valve(h)), (h, c)


def set_candidate(net, theta, noise, sign):
    for p, t, n in zip(net.parameters(), theta, noise):
        p.data = t + sign * SIGMA * n


@torch.no_grad()
def run_window(net, plant, hc):
    total = 0.0
    for _ in range(WINDOW):
        x = torch.from_numpy(plant.measure()).unsqueeze(0)
        valve, hc = net(x, hc)
        total += plant.apply(valve.item())
    return total / WINDOW, hc


def centered_ranks(x):
    ranks = np.empty(len(x), dtype=np.float32)
    ranks[np.argsort(x)] = np.arange(len(x))
    return ranks / (len(x) - 1) - 0.5


def main():
    plant = Boiler()
    net = Controller()
    theta = [p.detach().clone() for p in net.parameters()]
    hc = (torch.zeros(1, 24), torch.zeros(1, 24))

    generation = 0
    while generation < 400:
        t0 = time.time()
        noises, scores = [], []
        for _ in range(PAIRS):
            noise = [torch.randn_like(t) for t in theta]
            for sign in (1.0, -1.0):
                set_candidate(net, theta, noise, sign)
                score, hc = run_window(net, plant, hc)
                scores.append(score)
                noises.append([sign * n for n in noise])

        weights = centered_ranks(np.array(scores))
        for i in range(len(theta)):
            grad = sum(float(w) * n[i] for w, n in zip(weights, noises))
            theta[i] = theta[i] + ALPHA / (len(scores) * SIGMA) * grad

        generation += 1
        print("gen %d  mean %.3f  best %.3f  (%.1fs)" % (
            generation, np.mean(scores), np.max(scores), time.time() - t0))
        if generation % 20 == 0:
            torch.save(theta, "heating_theta.pt")


if __name__ == "__main__":
    main()
