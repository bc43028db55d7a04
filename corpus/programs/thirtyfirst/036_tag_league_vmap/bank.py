import math

import torch
from torch import nn


class PolicyBank(nn.Module):
    """S minimal-gated-unit policies stacked along the first dimension of every parameter."""

    def __init__(self, slots, n_obs, n_act, width=48):
        super().__init__()
        self.slots, self.width = slots, width

        def mat(i, o):
            return nn.Parameter(torch.empty(slots, i, o).uniform_(-1, 1) / math.sqrt(i))

        self.w_in = mat(n_obs, width)
        self.w_f = mat(2 * width, width)
        self.w_c = mat(2 * width, width)
        self.b_f = nn.Parameter(torch.ones(slots, 1, width))
        self.b_c = nn.Parameter(torch.zeros(slots, 1, width))
        self.w_pi = mat(width, n_act)
        self.w_v = mat(width, 1)

    def forward(self, obs, mem):
        """obs [S, E, O], mem [S, E, H] -> logits [S, E, A], value [S, E], mem"""
        x = torch.tanh(obs @ self.w_in)
        f = torch.sigmoid(torch.cat((x, mem), -1) @ self.w_f + self.b_f)
        cand = torch.tanh(torch.cat((x, f * mem), -1) @ self.w_c + self.b_c)
        mem = (1 - f) * mem + f * cand
        return mem @ self.w_pi, (mem @ self.w_v).squeeze(-1), mem

    def rows(self, k):
        return {n: p.detach()[k].clone() for n, p in self.named_parameters()}

    @torch.no_grad()
    def write(self, k, rows):
        for n, p in self.named_parameters():
            p[k].copy_(rows[n])
