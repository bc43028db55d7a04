from dataclasses import dataclass

import torch


@dataclass
class CEM:
    mean: torch.Tensor
    std: torch.Tensor
    population: int = 32
    elite: int = 8
    noise: float = 0.01

    def ask(self):
        eps = torch.randn(self.population, self.mean.numel())
        return self.mean + eps * self.std

    def tell(self, genomes, scores):
        idx = torch.as_tensor(scores).topk(self.elite).indices
        best = genomes[idx]
        self.mean = best.mean(0)
        self.std = best.std(0) + self.noise
