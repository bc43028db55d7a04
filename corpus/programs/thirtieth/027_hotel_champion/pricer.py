import torch
from torch import nn

STEPS = [-0.10, -0.05, 0.0, 0.05, 0.10]


class Pricer(nn.Module):
    """Chooses a price step from what the visitor does on the booking page."""

    def __init__(self, n_in: int = 6, width: int = 32):
        super().__init__()
        self.width = width
        self.inp = nn.Linear(n_in, width)
        self.rnn = nn.LSTMCell(width, width)
        self.out = nn.Linear(width, len(STEPS))

    def blank(self):
        return torch.zeros(1, self.width), torch.zeros(1, self.width)

    def forward(self, x, memory):
        memory = self.rnn(torch.relu(self.inp(x)), memory)
        return self.out(memory[0]), memory


@torch.no_grad()
def replay_value(net: Pricer, visits: list) -> float:
    """Clipped importance-weighted revenue of `net` on logged visits."""
    total = 0.0
    for visit in visits:
        memory, weight = net.blank(), 1.0
        for x, step, prob in visit["events"]:
            logits, memory = net(torch.tensor([x]), memory)
            weight *= torch.softmax(logits, -1)[0, step].item() / prob
        total += min(weight, 10.0) * visit["revenue"]
    return total / max(len(visits), 1)
