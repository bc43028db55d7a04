import torch
import torch.nn as nn


class GatedTrace(nn.Module):
    def __init__(self, n_in, n):
        super(GatedTrace, self).__init__()
        self.cand = nn.Linear(n_in + n, n)
        self.gate = nn.Linear(n_in + n, n)

    def forward(self, x, s):
        z = torch.cat([x, s], dim=1)
        g = torch.sigmoid(self.gate(z))
        return g * s + (1 - g) * torch.tanh(self.cand(z))


class Skill(object):
    """A named policy with a trace of its own."""

    def __init__(self, name, path, n_in=11, n=48):
        self.name = name
        self.trace_net = GatedTrace(n_in, n)
        self.out = nn.Linear(n, 2)
        blob = torch.load(path, map_location='cpu')
        self.trace_net.load_state_dict(blob['trace'])
        self.out.load_state_dict(blob['out'])
        self.trace = torch.zeros(1, n)
        self.ticks = 0

    def arm(self):
        self.trace.zero_()
        self.ticks = 0

    def __call__(self, reading):
        x = torch.tensor([reading], dtype=torch.float32)
        with torch.no_grad():
            self.trace.copy_(self.trace_net(x, self.trace))
            width, effort = torch.sigmoid(self.out(self.trace))[0].tolist()
        self.ticks += 1
        return width, effort
