import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Steersman:
    def __init__(self, n_in=2, cells=12):
        self.cell = nn.LSTMCell(n_in, cells)
        self.rudder = nn.Linear(cells, 1)
        self.params = [*self.cell.parameters(), *self.rudder.parameters()]
        for p in self.params:
            p.requires_grad_(False)
        self.let_go()

    def let_go(self):
        n = self.cell.hidden_size
        self.grip = (torch.zeros(1, n), torch.zeros(1, n))

    def genes(self):
        return parameters_to_vector(self.params).clone()

    def become(self, genes):
        vector_to_parameters(genes, self.params)

    def steer(self, seen):
        self.grip = self.cell(torch.tensor([seen]), self.grip)
        return torch.tanh(self.rudder(self.grip[0])).item()
