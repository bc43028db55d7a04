import logging
from dataclasses import dataclass

import cma
import hydra
import numpy as np
import torch
from hydra.core.config_store import ConfigStore
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from knee import KneeSim

log = logging.getLogger(__name__)


@dataclass
class Config:
    hidden: int = 12
    popsize: int = 24
    sigma0: float = 0.3
    generations: int = 400
    trials: int = 4
    seed: int = 1
    out: str = "knee_controller.pt"


ConfigStore.instance().store(name="knee", node=Config)


class TorqueNet(nn.Module):
    def __init__(self, hidden: int):
        super().__init__()
        self.rnn = nn.RNNCell(3, hidden)
        self.readout = nn.Linear(hidden, 1)
        self.h = None

    def start(self):
        self.h = torch.zeros(1, self.rnn.hidden_size)

    def forward(self, imu):
        self.h = self.rnn(torch.from_numpy(imu).unsqueeze(0), self.h)
        return torch.tanh(self.readout(self.h)).item()


class Fitness:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        self.net = TorqueNet(cfg.hidden)
        self.new_conditions(0)

    def new_conditions(self, gen: int):
        rng = np.random.default_rng(self.cfg.seed * 1000 + gen)
        self.conditions = [
            dict(cadence=rng.uniform(0.8, 1.2), slope=rng.uniform(-0.1, 0.1), noise=0.05, seed=int(rng.integers(1 << 30)))
            for _ in range(self.cfg.trials)
        ]

    @torch.no_grad()
    def __call__(self, genome) -> float:
        vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), self.net.parameters())
        return float(np.mean([self._walk(KneeSim(**c)) for c in self.conditions]))

    def _walk(self, sim: KneeSim) -> float:
        self.net.start()
        imu, total, done = sim.reset(), 0.0, False
        while not done:
            imu, cost, done = sim.step(self.net(imu))
            total += cost
        return total


@hydra.main(version_base=None, config_name="knee")
def main(cfg: Config) -> None:
    torch.manual_seed(cfg.seed)
    fitness = Fitness(cfg)
    x0 = parameters_to_vector(fitness.net.parameters()).detach().numpy()
    es = cma.CMAEvolutionStrategy(x0, cfg.sigma0, {"popsize": cfg.popsize, "seed": cfg.seed})
    for gen in range(cfg.generations):
        fitness.new_conditions(gen)
        candidates = es.ask()
        es.tell(candidates, [fitness(c) for c in candidates])
        if gen % 10 == 0:
            log.info("gen %d  mean-genome cost %.3f", gen, fitness(es.mean))
    fitness(es.mean)
    torch.save(fitness.net.state_dict(), cfg.out)


if __name__ == "__main__":
    main()
