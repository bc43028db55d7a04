import torch
from torch import nn

AGENTS = {}


def register(name):
    def wrap(cls):
        AGENTS[name] = cls
        return cls
    return wrap


class TaxiNet(nn.Module):
    def __init__(self, n_in=8, hidden=64, n_act=4):
        super().__init__()
        self.hidden = hidden
        self.cell = nn.LSTMCell(n_in, hidden)
        self.pi = nn.Linear(hidden, n_act)

    def forward(self, x, hc):
        h, c = self.cell(x, hc)
        return self.pi(h), (h, c)


class BaseAgent:
    def __init__(self):
        self.net = None
        self.version = 0

    def restore(self, blob):
        self.net.load_state_dict(blob["net"])
        self.version = blob["version"]


class RecurrentAgent(BaseAgent):
    """Remembers what every aircraft on the ground has been told so far."""

    def __init__(self, hidden=64):
        super().__init__()
        self.net = TaxiNet(hidden=hidden).eval()
        self.memory = {}

    def start_shift(self):
        self.memory = {}

    def drop(self, callsign):
        self.memory.pop(callsign, None)

    def recall(self, callsign):
        if callsign not in self.memory:
            z = torch.zeros(1, self.net.hidden)
            self.memory[callsign] = (z, z.clone())
        return self.memory[callsign]

    @torch.no_grad()
    def logits(self, callsign, features):
        out, self.memory[callsign] = self.net(torch.tensor([features]), self.recall(callsign))
        return out[0]


@register("greedy")
class GreedyController(RecurrentAgent):
    def decide(self, callsign, features):
        return int(self.logits(callsign, features).argmax())


@register("sampled")
class SampledController(RecurrentAgent):
    def decide(self, callsign, features):
        return int(torch.distributions.Categorical(logits=self.logits(callsign, features)).sample())
