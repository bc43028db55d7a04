import math

import torch
from torch import nn
from torch.func import functional_call, stack_module_state, vmap

WIDTH = 16


class Gate(nn.Module):
    def __init__(self):
        super().__init__()
        self.wi = nn.Linear(4, 4 * WIDTH)
        self.wh = nn.Linear(WIDTH, 4 * WIDTH, bias=False)
        self.out = nn.Linear(WIDTH, 1)

    def forward(self, x, hc):
        h, c = hc
        i, f, g, o = (self.wi(x) + self.wh(h)).chunk(4, -1)
        c = torch.sigmoid(f) * c + torch.sigmoid(i) * torch.tanh(g)
        h = torch.sigmoid(o) * torch.tanh(c)
        return torch.sigmoid(self.out(h)).squeeze(-1), (h, c)


base = Gate().to("meta")


def dam(level, inflow, gate):
    release = gate * torch.clamp(level, min=0.0) * 0.2
    level = level + inflow - release
    spill = torch.clamp(level - 10.0, min=0.0)
    power = release * torch.sqrt(torch.clamp(level, min=0.0))
    return level - spill, power - 4.0 * spill - 2.0 * torch.clamp(1.0 - level, min=0.0)


def rollout(params, inflow):
    hc = (torch.zeros(WIDTH), torch.zeros(WIDTH))
    level = torch.tensor(5.0)
    score = torch.tensor(0.0)
    for d in range(inflow.shape[0]):
        season = 2 * math.pi * d / 365.0
        x = torch.stack([level / 10.0, inflow[d], torch.tensor(math.sin(season)), torch.tensor(math.cos(season))])
        gate, hc = functional_call(base, params, (x, hc))
        level, r = dam(level, inflow[d], gate)
        score = score + r
    return score / inflow.shape[0]


many_years = vmap(rollout, in_dims=(None, 0))
population = vmap(many_years, in_dims=(0, None))


def start(seed):
    torch.manual_seed(seed)
    params, _ = stack_module_state([Gate()])
    return {k: v[0].detach() for k, v in params.items()}


def perturb(params, noise, sigma):
    return {k: params[k] + sigma * torch.cat([noise[k], -noise[k]]) for k in params}


def draw(params, half):
    return {k: torch.randn(half, *v.shape) for k, v in params.items()}


def ascend(params, noise, ranks, lr, sigma):
    half = ranks.shape[0] // 2
    w = (ranks[:half] - ranks[half:]) / (2 * half * sigma)
    return {k: v + lr * torch.tensordot(w, noise[k], dims=1) for k, v in params.items()}
