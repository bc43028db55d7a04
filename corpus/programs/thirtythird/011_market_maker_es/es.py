from dataclasses import dataclass, field

import torch


@dataclass
class Strategy:
    mean: torch.Tensor
    sigma: float = 0.05
    lr: float = 0.02
    pairs: int = 8
    noises: list = field(default_factory=list)

    def ask(self):
        self.noises = [torch.randn_like(self.mean) for _ in range(self.pairs)]
        for eps in self.noises:
            yield self.mean + self.sigma * eps
            yield self.mean - self.sigma * eps

    def tell(self, scores):
        s = torch.tensor(scores)
        ranks = s.argsort().argsort().float() / (len(scores) - 1) - 0.5
        step = torch.zeros_like(self.mean)
        for i, eps in enumerate(self.noises):
            step += (ranks[2 * i] - ranks[2 * i + 1]) * eps
        self.mean = self.mean + self.lr / (2 * self.pairs * self.sigma) * step
