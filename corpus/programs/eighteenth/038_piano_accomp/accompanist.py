import torch
import torch.nn as nn

PAD = 88


class Accompanist(nn.Module):
    """Right hand notes in, chord of the left hand out (one of `chords`)."""

    def __init__(self, chords=48, hidden=192, layers=2):
        super().__init__()
        self.note = nn.Embedding(89, 64, padding_idx=PAD)
        self.timing = nn.Linear(2, 16)
        self.gru = nn.GRU(80, hidden, layers, batch_first=True)
        self.chord = nn.Linear(hidden, chords)
        self.register_buffer("memory", torch.zeros(layers, 1, hidden))

    def _features(self, notes, timing):
        return torch.cat([self.note(notes), self.timing(timing)], -1)

    def forward(self, notes, timing):
        out, _ = self.gru(self._features(notes, timing))
        return self.chord(out)

    def forget(self):
        self.memory.zero_()

    @torch.no_grad()
    def listen(self, note, gap, velocity):
        notes = torch.tensor([[note]])
        timing = torch.tensor([[[gap, velocity / 127]]], dtype=torch.float32)
        out, memory = self.gru(self._features(notes, timing), self.memory)
        self.memory.copy_(memory)
        return int(self.chord(out)[0, -1].argmax())
