"""Online evolution on a fleet of real houses (here: simulated). The houses cannot be set back to a start:
each candidate takes the fleet as the one before has left it and runs it for a few hours."""
import csv
import sys

import numpy as np

from controller import FleetAgent, n_weights, perturb

HOUSES = 24
SLOT = 36            # ten-minute steps per candidate
POP = 16
SIGMA = 0.08
LR = 0.05
GENERATIONS = 500


class Houses:
    def __init__(self, n, seed):
        self.n = n
        self.rng = np.random.default_rng(seed)
        self.inside = self.rng.uniform(18, 22, n)
        self.loss = self.rng.uniform(0.01, 0.03, n)
        self.gain = self.rng.uniform(0.4, 0.7, n)
        self.pressure = np.zeros(n)
        self.last = np.zeros(n)
        self.step_no = 0

    def tariff(self):
        return 0.42 if 42 <= self.step_no % 144 < 126 else 0.24

    def outside(self):
        return 2.0 + 6.0 * np.sin(2 * np.pi * (self.step_no % 144) / 144 - 2.0)

    def readings(self):
        noisy = self.inside + self.rng.normal(0, 0.3, self.n)
        return np.stack([(noisy - 20) / 5, np.full(self.n, self.outside() / 10), np.full(self.n, self.tariff()), self.last], axis=1)

    def advance(self, speed, off):
        speed = np.where(off, 0.0, speed)
        self.inside += self.gain * speed - self.loss * (self.inside - self.outside())
        self.pressure = 0.8 * self.pressure + np.abs(speed - self.last) + 0.2 * speed
        self.last = speed
        self.step_no += 1
        cost = speed * 1.5 * self.tariff()
        comfort = np.maximum(np.abs(self.inside - 20.5) - 0.7, 0)
        cut = self.pressure > 2.4
        self.pressure[cut] = 0.0
        return -(cost + 0.8 * comfort), cut


def serve(agent, houses, genome):
    agent.install(genome)
    score = 0.0
    for _ in range(SLOT):
        speed = agent.command(houses.readings())
        reward, cut = houses.advance(speed, agent.tripped.numpy())
        if cut.any():
            agent.trip(cut)
        score += reward.mean() - 0.5 * cut.mean()
    return score / SLOT


def centred_ranks(x):
    ranks = np.empty(len(x))
    ranks[np.argsort(x)] = np.arange(len(x))
    return ranks / (len(x) - 1) - 0.5


def main(out=sys.stdout):
    rng = np.random.default_rng(7)
    houses = Houses(HOUSES, seed=8)
    agent = FleetAgent(HOUSES)
    mean = agent.genome
    assert mean.size == n_weights()
    velocity = np.zeros_like(mean)
    log = csv.writer(out)
    log.writerow(["generation", "mean", "best", "norm"])
    for g in range(GENERATIONS):
        candidates, eps = perturb(mean, SIGMA, POP, rng)
        order = rng.permutation(POP)
        scores = np.empty(POP)
        for i in order:
            scores[i] = serve(agent, houses, candidates[i])
        grad = centred_ranks(scores) @ eps / (POP * SIGMA)
        velocity = 0.9 * velocity + 0.1 * grad
        mean = (mean + LR * velocity - 1e-4 * mean).astype(np.float32)
        log.writerow([g, f"{scores.mean():.4f}", f"{scores.max():.4f}", f"{np.linalg.norm(mean):.2f}"])
    np.save("heatpump_genome.npy", mean)


if __name__ == "__main__":
    main()
