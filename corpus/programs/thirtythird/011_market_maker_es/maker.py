import torch
from torch import nn
from torch.nn.utils import parameters_to_vector, vector_to_parameters


class MakerNet(nn.Module):
    """Minimal gated unit with two quote offsets as output."""

    def __init__(self, n_feats=4, units=16):
        super().__init__()
        self.units = units
        self.gate = nn.Linear(n_feats + 1 + units, units)
        self.cand = nn.Linear(n_feats + 1 + units, units)
        self.quote = nn.Linear(units, 2)
        self.regime = torch.zeros(units)

    def forward(self, feats, inventory):
        x = torch.cat([feats, inventory.view(1)])
        f = torch.sigmoid(self.gate(torch.cat([x, self.regime])))
        c = torch.tanh(self.cand(torch.cat([x, f * self.regime])))
        self.regime = (1 - f) * self.regime + f * c
        return nn.functional.softplus(self.quote(self.regime))


def as_vector(net):
    return parameters_to_vector(net.parameters()).detach().clone()


def install(net, vec):
    vector_to_parameters(vec, net.parameters())
