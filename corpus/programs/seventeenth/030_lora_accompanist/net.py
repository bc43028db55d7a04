import torch
import torch.nn as nn


class Accompanist(nn.Module):
    """Melody event in, chord and bass note out."""

    def __init__(self, n_events=130, n_chords=96, n_bass=37, emb=64, hidden=256, layers=2):
        super().__init__()
        self.emb = nn.Embedding(n_events, emb)
        self.lstm = nn.LSTM(emb, hidden, layers, batch_first=True)
        self.chord = nn.Linear(hidden, n_chords)
        self.bass = nn.Linear(hidden, n_bass)

    def forward(self, events, state=None):
        y, state = self.lstm(self.emb(events), state)
        return self.chord(y), self.bass(y), state


class Adapters:
    """Low-rank style adapters for the LSTM matrices, one file for each style."""

    def __init__(self, net, folder):
        self.net = net
        self.folder = folder
        self.active = None

    def _read(self, style):
        return torch.load(f"{self.folder}/{style}.lora.pt", map_location="cpu")

    @torch.no_grad()
    def _apply(self, lora, sign):
        weights = dict(self.net.lstm.named_parameters())
        for name, (a, b) in lora["pairs"].items():
            weights[name].add_(b @ a, alpha=sign * lora["alpha"] / a.shape[0])

    def use(self, style):
        if style == self.active:
            return False
        if self.active is not None:
            self._apply(self._read(self.active), -1.0)
        self._apply(self._read(style), 1.0)
        self.active = style
        return True
