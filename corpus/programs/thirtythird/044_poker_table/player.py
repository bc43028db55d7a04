from safetensors.torch import load
import torch
import torch.nn as nn

ACTIONS = ("fold", "call", "raise")
EVENT = 52 + 4 + 3


class HeadsUp(nn.Module):
    def __init__(self, units=96):
        super().__init__()
        self.units = units
        self.cell = nn.LSTMCell(EVENT, units)
        self.pi = nn.Linear(units, len(ACTIONS))

    def forward(self, event, tape):
        h, c = self.cell(event, tape)
        return self.pi(h), (h, c)

    def blank_tape(self):
        return torch.zeros(1, self.units), torch.zeros(1, self.units)


class Seat:
    def __init__(self, net):
        self.net = net
        self.tape = net.blank_tape()
        self.hands = 0

    def deal(self):
        self.tape = self.net.blank_tape()
        self.hands += 1

    def forget(self):
        self.tape = self.net.blank_tape()

    @torch.no_grad()
    def see(self, event):
        x = torch.zeros(1, EVENT)
        for card in event.get("cards", []):
            x[0, card] = 1.0
        x[0, 52 + event["street"]] = 1.0
        if "action" in event:
            x[0, 56 + ACTIONS.index(event["action"])] = 1.0
        logits, self.tape = self.net(x, self.tape)
        if not event.get("to_act"):
            return None
        return ACTIONS[torch.distributions.Categorical(logits=logits).sample().item()]


def weights_from(blob):
    return load(blob)
