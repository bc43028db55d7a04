import torch
from torch import nn


class Pilot(nn.Module):
    """Elman net with its memory inside; call it once per sample of the vario."""

    def __init__(self, inputs=5, size=12):
        super().__init__()
        self.size = size
        self.w_in = nn.Linear(inputs, size)
        self.w_rec = nn.Linear(size, size, bias=False)
        self.w_out = nn.Linear(size, 2)
        self.memory = torch.zeros(size)

    def wake_up(self):
        self.memory = torch.zeros(self.size)

    def forward(self, sample):
        self.memory = torch.tanh(self.w_in(sample) + self.w_rec(self.memory))
        return torch.tanh(self.w_out(self.memory))

    def genome(self):
        return torch.cat([p.detach().flatten() for p in self.parameters()]).numpy()

    def set_genome(self, genome):
        genome = torch.as_tensor(genome, dtype=torch.float32)
        i = 0
        for p in self.parameters():
            p.data = genome[i:i + p.numel()].view_as(p)
            i += p.numel()
