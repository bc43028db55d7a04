import torch
from torch import nn


class StriatalCircuit(nn.Module):
    """Two populations of leaky integrators with learnt time constants."""

    def __init__(self, n_ctx=60, n_str=30, n_cue=2):
        super().__init__()
        self.rec = nn.Linear(n_ctx, n_ctx, bias=False)
        self.cue = nn.Linear(n_cue, n_ctx)
        self.proj = nn.Linear(n_ctx, n_str)
        self.lever = nn.Linear(n_str, 1)
        self.log_tau_c = nn.Parameter(torch.full((n_ctx,), 2.0))
        self.log_tau_s = nn.Parameter(torch.full((n_str,), 3.0))
        self.register_buffer("v_ctx", torch.zeros(n_ctx), persistent=False)
        self.register_buffer("v_str", torch.zeros(n_str), persistent=False)

    @torch.no_grad()
    def settle(self):
        self.v_ctx.zero_()
        self.v_str.zero_()

    @torch.no_grad()
    def step(self, cue, dt=1.0):
        a_c = torch.clamp(dt / self.log_tau_c.exp(), max=1.0)
        a_s = torch.clamp(dt / self.log_tau_s.exp(), max=1.0)
        self.v_ctx += a_c * (torch.tanh(self.rec(self.v_ctx) + self.cue(cue)) - self.v_ctx)
        self.v_str += a_s * (torch.relu(self.proj(self.v_ctx)) - self.v_str)
        return torch.sigmoid(self.lever(self.v_str)).item()
