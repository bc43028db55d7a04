"""Reptile over patients; within a patient the doser is tuned by antithetic perturbations from day to day."""
import argparse

import numpy as np
import torch

from doser import Doser
from patients import Patient


def live_day(doser, patient):
    reading, over, total = patient.wake(), False, 0.0
    while not over:
        level = doser.decide(reading)
        reading, reward, over = patient.dose(level)
        doser.told(reward)
        total += reward
    return total


def tune(doser, patient, pairs, sigma, lr):
    base = doser.vector()
    grad = torch.zeros_like(base)
    for _ in range(pairs):
        eps = torch.randn_like(base)
        doser.adopt(base + sigma * eps)
        up = live_day(doser, patient)
        doser.adopt(base - sigma * eps)
        down = live_day(doser, patient)
        grad += (up - down) / (2 * sigma) * eps
    step = lr * grad / (pairs * grad.norm().clamp(min=1.0))
    doser.adopt(base + step)


def course_of(doser, theta, patient, args):
    doser.adopt(theta)
    doser.admit()
    first = np.mean([live_day(doser, patient) for _ in range(args.look)])
    for _ in range(args.rounds):
        tune(doser, patient, args.pairs, args.sigma, args.lr)
    last = np.mean([live_day(doser, patient) for _ in range(args.look)])
    return first, last


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--patients", type=int, default=2000)
    ap.add_argument("--look", type=int, default=2)
    ap.add_argument("--rounds", type=int, default=3)
    ap.add_argument("--pairs", type=int, default=4)
    ap.add_argument("--sigma", type=float, default=0.05)
    ap.add_argument("--lr", type=float, default=0.3)
    ap.add_argument("--outer", type=float, default=0.1)
    args = ap.parse_args()

    rng = np.random.default_rng(7)
    torch.manual_seed(7)
    doser = Doser(Patient.n_obs, Patient.n_doses)
    theta = doser.vector()
    firsts, lasts = [], []
    for i in range(args.patients):
        first, last = course_of(doser, theta, Patient(rng), args)
        theta = theta + args.outer * (doser.vector() - theta)
        firsts.append(first)
        lasts.append(last)
        if i % 50 == 49:
            print(f"{i + 1} patients: before {np.mean(firsts[-50:]):.2f} after {np.mean(lasts[-50:]):.2f}")
            torch.save(theta, "theta.pt")


if __name__ == "__main__":
    main()
