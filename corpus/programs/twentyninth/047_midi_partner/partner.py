import io
import sqlite3

import torch
from torch import nn

PITCHES = 128
REST = 128


class MelodyNet(nn.Module):
    def __init__(self, layers=3, dim=96):
        super().__init__()
        self.dim = dim
        self.note = nn.Embedding(PITCHES + 1, dim)
        self.gap = nn.Linear(1, dim)
        self.stack = nn.ModuleList(nn.LSTMCell(dim, dim) for _ in range(layers))
        self.out = nn.Linear(dim, PITCHES + 1)

    def forward(self, note, gap, cells):
        x = self.note(note) + self.gap(gap)
        fresh = []
        for layer, (h, c) in zip(self.stack, cells):
            h, c = layer(x, (h, c))
            fresh.append((h, c))
            x = x + h
        return self.out(x), fresh


class StyleShelf:
    """Styles in a SQLite file: programme number, title, weights."""

    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists style (program integer primary key, title text, weights blob)")

    def fetch(self, program):
        row = self.db.execute("select title, weights from style where program = ?", (program,)).fetchone()
        if row is None:
            return None
        return row[0], torch.load(io.BytesIO(row[1]), map_location="cpu")

    def put(self, program, title, net):
        buf = io.BytesIO()
        torch.save(net.state_dict(), buf)
        self.db.execute("insert or replace into style values (?, ?, ?)", (program, title, buf.getvalue()))
        self.db.commit()


class Partner:
    def __init__(self, shelf, program, temperature=0.9):
        self.shelf = shelf
        self.net = MelodyNet()
        self.temperature = temperature
        self.title = None
        self.change_style(program)
        self.count_in()

    def change_style(self, program):
        found = self.shelf.fetch(program)
        if found is None:
            return False
        self.title, weights = found
        self.net.load_state_dict(weights)
        self.net.eval()
        return True

    def count_in(self):
        self.cells = [(torch.zeros(1, self.net.dim), torch.zeros(1, self.net.dim)) for _ in self.net.stack]
        self.since = 0.0

    @torch.no_grad()
    def hear(self, pitch, gap):
        logits, self.cells = self.net(torch.tensor([pitch]), torch.tensor([[min(gap, 4.0)]]), self.cells)
        return logits

    @torch.no_grad()
    def answer(self, pitch, gap):
        logits = self.hear(pitch, gap)
        reply = int(torch.multinomial((logits[0] / self.temperature).softmax(-1), 1))
        self.hear(reply, 0.0)
        return None if reply == REST else reply
