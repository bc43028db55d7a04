import torch
import torch.nn as nn

from algo_factory import networks


class FlatNetwork(nn.Module):
    def __init__(self, inputs, actions, units, **_):
        super().__init__()
        self.mlp = nn.Sequential(nn.Linear(inputs, units), nn.ELU(), nn.Linear(units, actions))

    def is_rnn(self):
        return False

    def forward(self, d):
        return self.mlp(d["obs"]), None


class RnnNetwork(nn.Module):
    def __init__(self, inputs, actions, units, layers=1):
        super().__init__()
        self.units, self.layers = units, layers
        self.pre = nn.Sequential(nn.Linear(inputs, units), nn.ELU())
        self.rnn = nn.GRU(units, units, layers)
        self.logits = nn.Linear(units, actions)

    def is_rnn(self):
        return True

    def get_default_rnn_state(self, n):
        return (torch.zeros(self.layers, n, self.units),)

    def forward(self, d):
        y, s = self.rnn(self.pre(d["obs"]).unsqueeze(0), d["rnn_states"][0])
        return self.logits(y.squeeze(0)), (s,)


networks.register_builder("flat", FlatNetwork)
networks.register_builder("rnn", RnnNetwork)
