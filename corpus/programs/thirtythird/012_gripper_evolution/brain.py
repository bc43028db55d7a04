import torch
import torch.nn as nn


class Brain(nn.Module):
    def __init__(self, n_in, n_out, n=20):
        super().__init__()
        self.n = n
        self.rnn = nn.RNNCell(n_in, n)
        self.out = nn.Linear(n, n_out)
        for p in self.parameters():
            p.requires_grad_(False)

    def forward(self, x, s):
        s = self.rnn(x, s)
        return self.out(s), s

    def genome(self):
        return torch.cat([p.reshape(-1) for p in self.parameters()]).clone()

    def express(self, genome):
        at = 0
        for p in self.parameters():
            k = p.numel()
            p.copy_(genome[at:at + k].view_as(p))
            at += k
        return self
