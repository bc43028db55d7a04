import torch
import torch.nn as nn


class BlindNet(nn.Module):
    """Blindfold rules: you are only told the column of the other side's last drop."""

    def __init__(self, width=96):
        super().__init__()
        self.told = nn.Embedding(8, width)
        self.cell = nn.LSTMCell(width, width)
        self.cols = nn.Linear(width, 7)

    def forward(self, told, notes):
        notes = self.cell(self.told(told), notes)
        return self.cols(notes[0]), notes


class Seat:
    NOBODY_MOVED = 7

    def __init__(self):
        self.net = BlindNet().eval()
        self.notes = None

    def stand_up(self):
        self.notes = None

    @torch.no_grad()
    def choose(self, told):
        logits, self.notes = self.net(torch.tensor([told]), self.notes)
        return int(torch.distributions.Categorical(logits=logits / 0.5).sample())
