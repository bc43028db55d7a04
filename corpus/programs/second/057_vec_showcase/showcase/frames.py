import imageio
import numpy as np


class Filmstrip:
    """Draws text frames as small images and writes a gif."""

    def __init__(self, path, cell=8, every=1, limit=2000):
        self.path = path
        self.cell = cell
        self.every = every
        self.limit = limit
        self.frames = []
        self.count = 0

    def add(self, text):
        self.count += 1
        if self.count % self.every or len(self.frames) >= self.limit:
            return
        rows = text.split("\n")
        colours = {".": (30, 30, 30), "p": (220, 60, 60), "H": (60, 160, 220)}
        small = np.array([[colours.get(ch, (0, 0, 0)) for ch in row] for row in rows], dtype=np.uint8)
        self.frames.append(np.kron(small, np.ones((self.cell, self.cell, 1), dtype=np.uint8)))

    def write(self):
        if self.frames:
            imageio.mimsave(self.path, self.frames, duration=0.05)
