import dataclasses

import numpy as np
import torch
from torch.nn.utils import parameters_to_vector, vector_to_parameters

from sedation import Sedation
from ward import Ward


@dataclasses.dataclass
class Config:
    pairs: int = 16
    budget: int = 300
    sigma: float = 0.08
    lr: float = 0.03
    iterations: int = 200
    seed: int = 11


def ranks(x: np.ndarray) -> np.ndarray:
    out = np.empty(len(x))
    out[x.argsort()] = np.linspace(-0.5, 0.5, len(x))
    return out


class Search:
    def __init__(self, cfg: Config):
        self.cfg = cfg
        torch.manual_seed(cfg.seed)
        self.policy = Sedation()
        self.ward = Ward(cfg.seed)
        self.obs = self.ward.observe()
        self.theta = parameters_to_vector(self.policy.parameters()).detach().clone()
        self.cases = 0

    def fitness(self, flat: torch.Tensor) -> float:
        vector_to_parameters(flat, self.policy.parameters())
        total = 0.0
        for _ in range(self.cfg.budget):
            self.obs, reward, discharged = self.ward.step(self.policy.titrate(self.obs))
            total += reward
            if discharged:
                self.cases += 1
                self.obs = self.ward.admit()
                self.policy.new_case()
        return total / self.cfg.budget

    def iterate(self) -> float:
        c = self.cfg
        eps = torch.randn(c.pairs, self.theta.numel())
        eps = torch.cat([eps, -eps])
        fit = np.array([self.fitness(self.theta + c.sigma * e) for e in eps])
        w = torch.as_tensor(ranks(fit), dtype=torch.float32)
        self.theta += c.lr / (len(eps) * c.sigma) * (w @ eps)
        return float(fit.mean())


def main():
    s = Search(Config())
    for i in range(s.cfg.iterations):
        m = s.iterate()
        if i % 10 == 0:
            print(f"{i:4d} fitness {m:7.3f} cases {s.cases}")
    torch.save(s.theta, "sedation_theta.pt")


if __name__ == "__main__":
    main()
