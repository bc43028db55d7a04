import torch
import torch.nn as nn


class AdmissionPolicy(nn.Module):
    """Says whether an object just asked for should be kept in the cache."""

    def __init__(self, feats: int = 5, units: int = 32):
        super().__init__()
        self.units = units
        self.gru = nn.GRUCell(feats, units)
        self.out = nn.Linear(units, 2)

    def forward(self, x: torch.Tensor, trace: torch.Tensor):
        trace = self.gru(x, trace)
        return self.out(trace), trace


class LoadForecaster(nn.Module):
    """Follows the request rate of a tenant; its forecast is a feature of the policy."""

    def __init__(self, units: int = 16):
        super().__init__()
        self.units = units
        self.cell = nn.LSTMCell(2, units)
        self.head = nn.Linear(units, 1)

    def forward(self, x: torch.Tensor, carry):
        carry = self.cell(x, carry)
        return self.head(carry[0]), carry
