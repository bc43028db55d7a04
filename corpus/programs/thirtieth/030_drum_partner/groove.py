from functools import lru_cache
from pathlib import Path

import torch
import torch.nn as nn

VOICES = ["kick", "snare", "hat", "rest"]
SHELF = Path(__file__).parent / "grooves"


class Groove(nn.Module):
    """Answers each bass note with a drum hit. Fine-tuned with REINFORCE on listeners' ratings."""

    def __init__(self, size=64):
        super().__init__()
        self.note = nn.Embedding(25, size)
        self.beat = nn.Embedding(16, size)
        self.lstm = nn.LSTM(size, size, num_layers=2)
        self.hit = nn.Linear(size, len(VOICES))

    def forward(self, note, beat, mood):
        x = self.note(note) + self.beat(beat)
        y, mood = self.lstm(x.view(1, 1, -1), mood)
        return self.hit(y.view(-1)), mood


def names():
    return sorted(p.stem for p in SHELF.glob("*.pth"))


@lru_cache(maxsize=8)
def drummer(name):
    net = Groove()
    net.load_state_dict(torch.load(SHELF / f"{name}.pth", map_location="cpu"))
    return net.eval()
