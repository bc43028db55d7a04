import numpy as np
import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class HeatController(nn.Module):
    """Room temperature, outdoor temperature, tariff and the last command in, compressor speed out."""

    def __init__(self, n_in=4, n_mem=12):
        super().__init__()
        self.n_mem = n_mem
        self.gru = nn.GRUCell(n_in, n_mem)
        self.out = nn.Linear(n_mem, 1)
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x, mem):
        mem = self.gru(x, mem)
        return torch.sigmoid(self.out(mem)).squeeze(-1), mem


class FleetAgent:
    """The same controller in every house of the fleet, a row of memory per house."""

    def __init__(self, n_houses):
        self.ctl = HeatController()
        self.rows = torch.zeros(n_houses, self.ctl.n_mem)
        self.tripped = torch.zeros(n_houses, dtype=torch.bool)

    @property
    def genome(self):
        return parameters_to_vector(self.ctl.parameters()).numpy().copy()

    def install(self, genome):
        vector_to_parameters(torch.as_tensor(genome, dtype=torch.float32), self.ctl.parameters())
        self.rows[self.tripped] = 0.0
        self.tripped.zero_()

    def command(self, readings):
        speed, self.rows = self.ctl(torch.as_tensor(readings, dtype=torch.float32), self.rows)
        return speed.numpy()

    def trip(self, which):
        """Houses whose pump was cut off by its pressure switch: they idle until the next genome."""
        self.tripped |= torch.as_tensor(which)


def n_weights():
    return sum(p.numel() for p in HeatController().parameters())


def perturb(mean, sigma, n, rng):
    half = rng.standard_normal((n // 2, mean.size)).astype(np.float32)
    eps = np.concatenate([half, -half])
    return mean + sigma * eps, eps
