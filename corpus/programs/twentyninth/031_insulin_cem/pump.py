from contextlib import contextmanager

import torch
import torch.nn as nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class Pump(nn.Module):
    def __init__(self, width=12, max_units=1.5):
        super().__init__()
        self.width = width
        self.max_units = max_units
        self.rnn = nn.RNNCell(3, width)
        self.dose = nn.Linear(width, 1)
        self._ctx = None
        for p in self.parameters():
            p.requires_grad_(False)

    @contextmanager
    def worn(self):
        self._ctx = torch.zeros(1, self.width)
        try:
            yield self
        finally:
            self._ctx = None

    def infuse(self, obs):
        if self._ctx is None:
            raise RuntimeError("pump is not worn")
        self._ctx = self.rnn(torch.from_numpy(obs).unsqueeze(0), self._ctx)
        return self.max_units * torch.sigmoid(self.dose(self._ctx)).item()

    @property
    def genome(self):
        return parameters_to_vector(self.parameters())

    @genome.setter
    def genome(self, flat):
        vector_to_parameters(flat, self.parameters())
