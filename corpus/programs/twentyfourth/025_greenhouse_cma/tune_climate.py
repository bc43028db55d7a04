"""Tune a GRU climate controller with CMA-ES on a running greenhouse simulation.

Every candidate gets a time slice of the greenhouse and is scored by the
energy bill plus the distance from the crop's comfort zone.
"""
import argparse

import cma
import numpy as np
import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class ClimateNet(nn.Module):
    def __init__(self, n_in=6, width=12, n_out=3):
        super().__init__()
        self.rnn = nn.GRUCell(n_in, width)
        self.out = nn.Linear(width, n_out)
        self.width = width

    def forward(self, x, memory):
        memory = self.rnn(x, memory)
        return torch.sigmoid(self.out(memory)), memory


class Greenhouse:
    """Very rough energy / moisture balance with a 5 minute step."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.minute = 0
        self.temp, self.hum, self.co2 = 18.0, 0.7, 420.0

    def sense(self):
        hour = (self.minute / 60.0) % 24
        sun = max(0.0, np.sin((hour - 6) / 12 * np.pi))
        self.sun = sun
        self.outside = 8 + 9 * sun + self.rng.normal(0, 0.4)
        return np.array(
            [self.temp / 30, self.hum, self.co2 / 1000, sun, self.outside / 30, hour / 24],
            dtype=np.float32,
        )

    def step(self, vent, heat, dose):
        self.temp += 0.08 * (self.outside - self.temp) * (0.2 + vent) + 1.4 * heat + 0.9 * self.sun
        self.hum = float(np.clip(self.hum + 0.02 * (1 - vent) - 0.05 * vent, 0.2, 1.0))
        self.co2 += 40 * dose - 0.15 * vent * (self.co2 - 410) - 12 * self.sun
        self.minute += 5
        bill = 0.6 * heat + 0.3 * dose
        comfort = abs(self.temp - 22) / 10 + abs(self.hum - 0.75) + abs(self.co2 - 800) / 1000
        return self.sense(), bill + comfort


def run_slice(net, house, obs, memory, steps):
    total = 0.0
    for _ in range(steps):
        with torch.no_grad():
            act, memory = net(torch.from_numpy(obs).unsqueeze(0), memory)
        vent, heat, dose = act[0].tolist()
        obs, cost = house.step(vent, heat, dose)
        total += cost
    return total / steps, obs, memory


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--sigma", type=float, default=0.3)
    ap.add_argument("--pop", type=int, default=16)
    ap.add_argument("--generations", type=int, default=80)
    ap.add_argument("--slice-hours", type=float, default=6.0)
    ap.add_argument("--seed", type=int, default=0)
    ap.add_argument("--out", default="climate.pt")
    args = ap.parse_args()

    torch.manual_seed(args.seed)
    net = ClimateNet()
    x0 = parameters_to_vector(net.parameters()).detach().numpy()
    es = cma.CMAEvolutionStrategy(x0, args.sigma, {"popsize": args.pop, "seed": args.seed + 1})

    house = Greenhouse(args.seed)
    obs = house.sense()
    memory = torch.zeros(1, net.width)
    steps = int(args.slice_hours * 12)

    for gen in range(args.generations):
        candidates = es.ask()
        costs = []
        for cand in candidates:
            flat = torch.as_tensor(cand, dtype=torch.float32)
            vector_to_parameters(flat, net.parameters())
            cost, obs, memory = run_slice(net, house, obs, memory, steps)
            costs.append(cost)
        es.tell(candidates, costs)
        print(f"gen {gen:3d}  best {min(costs):.4f}  mean {np.mean(costs):.4f}  day {house.minute / 1440:.1f}")

    vector_to_parameters(torch.as_tensor(es.result.xbest, dtype=torch.float32), net.parameters())
    torch.save(net.state_dict(), args.out)


if __name__ == "__main__":
    main()
