import numpy as np


class Population:
    def __init__(self, size, n_genes, seed, sigma=0.08, tournament=3):
        self.rng = np.random.default_rng(seed)
        self.genomes = self.rng.normal(0, 0.3, (size, n_genes))
        self.sigma, self.k = sigma, tournament

    def _pick(self, fitness):
        who = self.rng.integers(len(fitness), size=self.k)
        return self.genomes[who[np.argmax(fitness[who])]]

    def next(self, fitness):
        best = self.genomes[np.argmax(fitness)].copy()
        children = [best]
        while len(children) < len(self.genomes):
            a, b = self._pick(fitness), self._pick(fitness)
            cut = self.rng.random(a.shape) < 0.5
            child = np.where(cut, a, b) + self.rng.normal(0, self.sigma, a.shape)
            children.append(child)
        self.genomes = np.stack(children)
