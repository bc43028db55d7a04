"""Antithetic ES that tunes the pilot while the drone keeps lapping the gates.

Each candidate gets a short stretch of the lap; resetting the rig after every
candidate would cost more time than the flying itself.
"""
import numpy as np
import torch

from pilot import Pilot
from rig import GateRig

SIGMA, ALPHA, PAIRS, STRETCH = 0.04, 0.02, 12, 150


class OnlineES:
    def __init__(self, rig, pilot, seed=0):
        self.rig = rig
        self.pilot = pilot
        self.gen = torch.Generator().manual_seed(seed)
        self.theta = pilot.genome()
        self.obs = rig.reset()

    def stretch(self, genome):
        self.pilot.express(genome)
        score = 0.0
        for _ in range(STRETCH):
            self.obs, r, crashed = self.rig.step(self.pilot.fly(self.obs))
            score += r
            if crashed:
                self.obs = self.rig.reset()
                self.pilot.forget()
        return score

    def generation(self):
        noise = torch.randn(PAIRS, self.theta.numel(), generator=self.gen)
        scores = np.zeros((PAIRS, 2), np.float32)
        for i, eps in enumerate(noise):
            scores[i, 0] = self.stretch(self.theta + SIGMA * eps)
            scores[i, 1] = self.stretch(self.theta - SIGMA * eps)
        ranks = scores.ravel().argsort().argsort().reshape(scores.shape)
        ranks = ranks / (scores.size - 1) - 0.5
        weight = torch.from_numpy(ranks[:, 0] - ranks[:, 1]).float()
        grad = (weight[:, None] * noise).mean(0) / SIGMA
        self.theta = self.theta + ALPHA * grad
        return scores.mean(), scores.max()


if __name__ == "__main__":
    torch.manual_seed(1)
    es = OnlineES(GateRig(), Pilot())
    for g in range(400):
        mean, best = es.generation()
        if g % 10 == 0:
            print(f"gen {g:4d}  mean {mean:8.3f}  best {best:8.3f}")
            torch.save(es.theta, "theta.pt")
