import copy

import torch
from torch import nn


class Forecaster(nn.Module):
    def __init__(self, n_in=6, n_hidden=40, n_layers=2):
        super().__init__()
        self.rnn = nn.GRU(n_in, n_hidden, n_layers, batch_first=True)
        self.out = nn.Linear(n_hidden, 1)

    def forward(self, x, h=None):
        y, h = self.rnn(x, h)
        return self.out(y), h


def reptile(net, tasks, meta_iters=1000, inner=5, inner_lr=0.02, outer_lr=0.1):
    """tasks: callable that returns (x, y) batches of one random machine."""
    for it in range(meta_iters):
        fast = copy.deepcopy(net)
        opt = torch.optim.SGD(fast.parameters(), lr=inner_lr)
        for x, y in tasks(inner):
            pred, _ = fast(x)
            loss = nn.functional.mse_loss(pred, y)
            opt.zero_grad()
            loss.backward()
            opt.step()
        step = outer_lr * (1 - it / meta_iters)
        with torch.no_grad():
            for p, q in zip(net.parameters(), fast.parameters()):
                p.add_(step * (q - p))
    return net
