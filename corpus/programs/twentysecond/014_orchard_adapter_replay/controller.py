from collections import deque

import torch
from torch import nn
from torch.func import functional_call


class Nozzles(nn.Module):
    def __init__(self, n_in=7, n_nozzles=4, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.core = nn.LSTMCell(n_in, hidden)
        self.valve = nn.Linear(hidden, n_nozzles)

    def forward(self, x, hc):
        h, c = self.core(x, hc)
        return self.valve(h).sigmoid(), (h, c)

    def zeros(self, b=1):
        return torch.zeros(b, self.hidden), torch.zeros(b, self.hidden)


def rollout_loss(net, params, xs, ys):
    hc = net.zeros(xs.shape[1])
    loss = 0.0
    for x, y in zip(xs, ys):
        out, hc = functional_call(net, params, (x, hc))
        loss = loss + (out - y).pow(2).mean()
    return loss / len(xs)


def maml_step(net, xs, ys, lr, steps=1, create_graph=True):
    params = dict(net.named_parameters())
    for _ in range(steps):
        loss = rollout_loss(net, params, xs, ys)
        grads = torch.autograd.grad(loss, list(params.values()), create_graph=create_graph)
        params = {k: p - lr * g for (k, p), g in zip(params.items(), grads)}
    return params


class FieldController:
    def __init__(self, net, window=40):
        self.net = net
        self.seen = deque(maxlen=window)
        self.hc = net.zeros()

    @torch.no_grad()
    def spray(self, x):
        self.seen.append(x)
        y, self.hc = self.net(x, self.hc)
        return y

    @torch.no_grad()
    def sync(self, params):
        self.net.load_state_dict(params)
        self.hc = self.net.zeros()
        for x in self.seen:
            _, self.hc = self.net(x, self.hc)

    def next_row(self):
        self.seen.clear()
        self.hc = self.net.zeros()
