"""Live neural synth: note and knob events in, blocks of samples out."""
import queue
import sys
import threading
from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

RATE, HOP = 16000, 64


class Oscillator(nn.Module):
    def __init__(self, controls=5, size=128):
        super().__init__()
        self.size = size
        self.pre = nn.Linear(controls, size)
        self.gru = nn.GRU(size, size, num_layers=1, batch_first=True)
        self.post = nn.Sequential(nn.Linear(size, size), nn.LeakyReLU(0.1), nn.Linear(size, HOP))

    def forward(self, c, h):
        y, h = self.gru(torch.relu(self.pre(c)), h)
        return torch.tanh(self.post(y)), h


class Patches:
    def __init__(self, folder):
        self.files = sorted(Path(folder).glob("*.pt"))
        self.cache = {}

    def weights(self, number):
        path = self.files[number % len(self.files)]
        if path not in self.cache:
            self.cache[path] = torch.load(path, map_location="cpu")["osc"]
        return self.cache[path]


class Controls:
    def __init__(self):
        self.pitch, self.loud, self.knobs = 60.0, 0.0, [0.5, 0.5, 0.5]

    def apply(self, ev):
        kind, value = ev[0], ev[1:]
        if kind == "note":
            self.pitch, self.loud = float(value[0]), float(value[1]) / 127
        elif kind == "off":
            self.loud = 0.0
        elif kind == "knob":
            self.knobs[int(value[0])] = float(value[1])

    def frame(self):
        return torch.tensor([[[self.pitch / 127, self.loud, *self.knobs]]])


def blocks(osc, patches, events, frames=8):
    """Endless stream of audio; events are looked at once a block."""
    controls = Controls()
    h = torch.zeros(1, 1, osc.size)
    while True:
        while not events.empty():
            ev = events.get_nowait()
            if ev[0] == "quit":
                return
            if ev[0] == "patch":
                osc.load_state_dict(patches.weights(int(ev[1])))
            else:
                controls.apply(ev)
        out = []
        with torch.inference_mode():
            for _ in range(frames):
                wave, h = osc(controls.frame(), h)
                out.append(wave.flatten())
        yield torch.cat(out).numpy()


def read_events(stream, events):
    for line in stream:
        parts = line.split()
        if parts:
            events.put(tuple(parts))
    events.put(("quit",))


def main():
    patches = Patches(sys.argv[1])
    osc = Oscillator().eval()
    osc.load_state_dict(patches.weights(0))
    events = queue.Queue()
    threading.Thread(target=read_events, args=(sys.stdin, events), daemon=True).start()
    raw = open(sys.argv[2], "wb")
    for block in blocks(osc, patches, events):
        raw.write((block * 32767).astype(np.int16).tobytes())
    raw.close()


if __name__ == "__main__":
    main()
