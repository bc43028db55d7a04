import argparse

import numpy as np
import torch

from patient import Patient
from pump import Pump


def one_day(pump, patient):
    total, done = 0.0, False
    with pump.worn():
        obs = patient.reset()
        while not done:
            obs, r, done = patient.step(pump.infuse(obs))
            total += r
    return total


def score(pump, patient, flat, days):
    pump.genome = flat
    return float(np.mean([one_day(pump, patient) for _ in range(days)]))


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=60)
    ap.add_argument("--population", type=int, default=48)
    ap.add_argument("--elite", type=int, default=8)
    ap.add_argument("--days", type=int, default=2)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    torch.manual_seed(args.seed)
    pump = Pump()
    patient = Patient(np.random.default_rng(args.seed))
    mean = pump.genome.clone()
    std = torch.full_like(mean, 0.5)
    for g in range(args.generations):
        cands = mean + std * torch.randn(args.population, mean.numel())
        scores = torch.tensor([score(pump, patient, c, args.days) for c in cands])
        elite = cands[scores.topk(args.elite).indices]
        mean, std = elite.mean(0), elite.std(0) + 0.02
        print(f"gen {g:3d} best {scores.max():8.2f} mean {score(pump, patient, mean, args.days):8.2f}")
    pump.genome = mean
    torch.save(pump.state_dict(), "pump.pt")


if __name__ == "__main__":
    main()
