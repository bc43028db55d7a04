import torch
import torch.nn as nn

HEAPS, MAX_TAKE = 3, 3


class ZeroNet(nn.Module):
    """Reads the moves of a game one after another; gives priors over moves and a value."""

    def __init__(self, dim=64):
        super().__init__()
        self.embed = nn.Embedding(HEAPS * MAX_TAKE + 1, dim)
        self.heap_in = nn.Linear(HEAPS, dim)
        self.lstm = nn.LSTMCell(2 * dim, dim)
        self.prior = nn.Linear(dim, HEAPS * MAX_TAKE)
        self.val = nn.Linear(dim, 1)
        self.dim = dim

    def start(self):
        z = torch.zeros(1, self.dim)
        return z, z.clone()

    def forward(self, last_move, heaps, ctx):
        x = torch.cat([self.embed(torch.tensor([last_move + 1])), self.heap_in(torch.tensor([heaps], dtype=torch.float32))], -1)
        ctx = self.lstm(x, ctx)
        return self.prior(ctx[0])[0], torch.tanh(self.val(ctx[0]))[0, 0], ctx


def moves(heaps):
    return [h * MAX_TAKE + t for h in range(HEAPS) for t in range(MAX_TAKE) if heaps[h] > t]


def apply(heaps, m):
    h, t = divmod(m, MAX_TAKE)
    out = list(heaps)
    out[h] -= t + 1
    return out
