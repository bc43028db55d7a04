"""Online (mu, lambda) evolution strategy: candidates take turns at the plant, which keeps running."""
import sys

import torch

from controller import PumpController
from plant import CoupledTanks


class OnlineES:
    def __init__(self, plant, ctrl, lam=16, mu=4, sigma=0.15, window=300):
        self.plant, self.ctrl = plant, ctrl
        self.lam, self.mu, self.sigma, self.window = lam, mu, sigma, window
        self.parent = ctrl.read_genes()

    def trial(self, genes):
        self.ctrl.write_genes(genes)
        if self.plant.tripped:
            self.plant.restart()
            self.ctrl.begin()
        cost = 0.0
        for k in range(self.window):
            cost += self.plant.step(self.ctrl(self.plant.read()))
            if self.plant.tripped:
                return cost + 0.5 * (self.window - k)
        return cost

    def generation(self):
        kids = [self.parent + self.sigma * torch.randn_like(self.parent) for _ in range(self.lam)]
        costs = torch.tensor([self.trial(g) for g in kids])
        order = costs.argsort()[: self.mu]
        weights = torch.log(torch.tensor(self.mu + 0.5)) - torch.log(torch.arange(1, self.mu + 1).float())
        weights = weights / weights.sum()
        self.parent = sum(w * kids[i] for w, i in zip(weights, order.tolist()))
        self.sigma *= 0.995
        return costs


def main(generations=400):
    torch.manual_seed(2)
    plant, ctrl = CoupledTanks(), PumpController()
    es = OnlineES(plant, ctrl)
    print(f"{ctrl.size()} genes")
    for g in range(generations):
        costs = es.generation()
        if g % 10 == 0:
            own = es.trial(es.parent)
            print(f"{g:4d} best {costs.min():.3f} median {costs.median():.3f} parent {own:.3f} sigma {es.sigma:.3f}")
    torch.save(es.parent, "pump_genes.pt")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 400)
