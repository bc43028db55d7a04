import numpy as np
import torch
import torch.nn as nn


class Creature(nn.Module):
    """Sensors -> small LSTM -> move. Its genes are all parameters in one vector."""

    def __init__(self, n_sensors, n_moves, n_hidden=24):
        super().__init__()
        self.cell = nn.LSTMCell(n_sensors, n_hidden)
        self.out = nn.Linear(n_hidden, n_moves)
        self.n_hidden = n_hidden
        self.n_genes = sum(p.numel() for p in self.parameters())
        self.mind = None
        self.calm()

    def calm(self):
        self.mind = (torch.zeros(1, self.n_hidden), torch.zeros(1, self.n_hidden))

    def wear(self, genome):
        at = 0
        with torch.no_grad():
            for p in self.parameters():
                chunk = genome[at : at + p.numel()]
                p.copy_(torch.from_numpy(chunk.astype(np.float32)).view_as(p))
                at += p.numel()

    @torch.no_grad()
    def decide(self, sensors):
        x = torch.from_numpy(sensors).float().unsqueeze(0)
        self.mind = self.cell(x, self.mind)
        return int(self.out(self.mind[0]).argmax())
