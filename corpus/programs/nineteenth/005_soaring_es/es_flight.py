"""Tune the thermalling policy while the glider is in the air: each candidate of the generation flies
for twenty seconds, the climb in that time is its fitness."""
import dataclasses
import logging

import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

log = logging.getLogger("es")


@dataclasses.dataclass
class Settings:
    population: int = 16
    sigma: float = 0.05
    lr: float = 0.02
    segment: int = 200  # ticks of 0.1 s
    generations: int = 400


class Glider:
    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def launch(self):
        self.pos = np.zeros(2)
        self.heading = self.rng.uniform(0, 2 * np.pi)
        self.bank = 0.0
        self.alt = 400.0
        self.core = self.rng.normal(0, 80, 2)
        return self.sense()

    def lift(self):
        d = np.linalg.norm(self.pos - self.core)
        return 3.5 * np.exp(-((d / 70) ** 2)) - 0.9 - 0.6 * abs(self.bank)

    def sense(self):
        return np.array([self.lift() + 0.3 * self.rng.normal(), self.bank, self.alt / 1000], dtype=np.float32)

    def tick(self, roll):
        self.bank = float(np.clip(self.bank + 0.1 * roll, -0.9, 0.9))
        self.heading += 0.1 * 9.81 * np.tan(self.bank) / 15
        self.pos += 1.5 * np.array([np.cos(self.heading), np.sin(self.heading)])
        self.core += 0.05 * self.rng.normal(size=2)
        climb = 0.1 * self.lift()
        self.alt += climb
        return self.sense(), climb, self.alt < 50 or self.alt > 1500


class Thermaller(nn.Module):
    def __init__(self, hidden=16):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.GRUCell(3, hidden)
        self.roll = nn.Linear(hidden, 1)
        self.wipe()

    def wipe(self):
        self.memory = torch.zeros(1, self.hidden)

    def forward(self, x):
        self.memory = self.cell(x, self.memory)
        return torch.tanh(self.roll(self.memory))


class InFlightES:
    def __init__(self, cfg, glider):
        self.cfg = cfg
        self.glider = glider
        self.pilot = Thermaller()
        self.mean = parameters_to_vector(self.pilot.parameters()).detach()
        self.obs = glider.launch()
        self.flights = 1

    @torch.no_grad()
    def fly(self, theta):
        vector_to_parameters(theta, self.pilot.parameters())
        gained = 0.0
        for _ in range(self.cfg.segment):
            roll = self.pilot(torch.from_numpy(self.obs).unsqueeze(0)).item()
            self.obs, climb, landed = self.glider.tick(roll)
            gained += climb
            if landed:
                self.obs = self.glider.launch()
                self.pilot.wipe()
                self.flights += 1
        return gained

    def generation(self):
        half = torch.randn(self.cfg.population // 2, self.mean.numel())
        eps = torch.cat([half, -half])
        fitness = torch.tensor([self.fly(self.mean + self.cfg.sigma * e) for e in eps])
        ranks = fitness.argsort().argsort().float() / (len(eps) - 1) - 0.5
        self.mean = self.mean + self.cfg.lr / (len(eps) * self.cfg.sigma) * (ranks @ eps)
        return fitness


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    cfg = Settings()
    es = InFlightES(cfg, Glider())
    for g in range(cfg.generations):
        fitness = es.generation()
        if g % 10 == 0:
            log.info("generation %d: mean %.1f m, best %.1f m, flight no. %d", g, fitness.mean(), fitness.max(), es.flights)
            torch.save(es.mean, "soaring.pt")


if __name__ == "__main__":
    main()
