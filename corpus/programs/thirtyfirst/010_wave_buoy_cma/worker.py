import torch
import torch.nn as nn

from buoy import Buoy

torch.set_num_threads(1)


class Damper(nn.Module):
    def __init__(self, n=10):
        super().__init__()
        self.cell = nn.GRUCell(2, n)
        self.head = nn.Linear(n, 1)
        self.wake = None

    def still(self):
        self.wake = None

    def forward(self, sensed):
        self.wake = self.cell(torch.tensor([sensed]), self.wake)
        return torch.sigmoid(self.head(self.wake)).item()


def count():
    return sum(p.numel() for p in Damper().parameters())


_damper = None
_buoy = None


def boot(seconds):
    global _damper, _buoy
    _damper = Damper().requires_grad_(False)
    _buoy = Buoy(seconds)


def swap_in(flat):
    i = 0
    for p in _damper.parameters():
        n = p.numel()
        p.copy_(torch.as_tensor(flat[i:i + n], dtype=p.dtype).view_as(p))
        i += n


def one_sea(seed):
    sensed = _buoy.reset(seed)
    _damper.still()
    total = 0.0
    while True:
        sensed, gain, over = _buoy.step(_damper(sensed))
        total += gain
        if over:
            return total


def loss(job):
    flat, seeds = job
    swap_in(flat)
    return -sum(one_sea(s) for s in seeds) / len(seeds)
