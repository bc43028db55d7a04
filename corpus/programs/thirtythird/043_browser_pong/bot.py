import io

import torch
from torch import nn

MOVES = ["up", "stay", "down"]


class PaddleNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.GRU(6, hidden, num_layers=2, batch_first=True)
        self.move = nn.Linear(hidden, len(MOVES))

    def forward(self, x, memory=None):
        y, memory = self.rnn(x, memory)
        return self.move(y[:, -1]), memory


class Match:
    """What the server remembers about one browser tab."""

    def __init__(self, name):
        self.name = name
        self.memory = None
        self.points = [0, 0]

    def new_rally(self, winner=None):
        self.memory = None
        if winner is not None:
            self.points[winner] += 1

    def move(self, net, frame):
        x = torch.tensor(
            [[[frame["bx"], frame["by"], frame["vx"], frame["vy"], frame["mine"], frame["theirs"]]]],
            dtype=torch.float32,
        )
        with torch.no_grad():
            logits, self.memory = net(x, self.memory)
        return MOVES[int(logits.argmax())]


def decode(body):
    return torch.load(io.BytesIO(body), map_location="cpu")
