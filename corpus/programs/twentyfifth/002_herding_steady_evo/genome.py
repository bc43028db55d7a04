import numpy as np
import torch


class DogGenome:
    """One chromosome per parameter tensor."""

    _next_id = 0

    def __init__(self, genes):
        self.genes = genes
        self.fitness = None
        self.uid = DogGenome._next_id
        DogGenome._next_id += 1

    @classmethod
    def random(cls, net, rng, scale=0.3):
        return cls({k: rng.normal(0, scale, tuple(p.shape)).astype(np.float32)
                    for k, p in net.named_parameters()})

    def cross(self, other, rng):
        genes = {}
        for k, g in self.genes.items():
            mask = rng.random(g.shape) < 0.5
            genes[k] = np.where(mask, g, other.genes[k]).astype(np.float32)
        return DogGenome(genes)

    def mutate(self, rng, rate=0.08, sigma=0.15):
        for k, g in self.genes.items():
            hit = rng.random(g.shape) < rate
            self.genes[k] = (g + hit * rng.normal(0, sigma, g.shape)).astype(np.float32)
        return self

    @torch.no_grad()
    def express(self, net):
        for k, p in net.named_parameters():
            p.copy_(torch.from_numpy(self.genes[k]))
