import threading
from pathlib import Path

import torch
from torch import nn


class HerdPolicy(nn.Module):
    """range/bearing sectors of the flock in, heading and speed out"""

    def __init__(self, sectors=16, hidden=96):
        super().__init__()
        self.hidden = hidden
        self.inp = nn.Linear(sectors + 3, hidden)
        self.rnn = nn.LSTM(hidden, hidden, num_layers=2, batch_first=True)
        self.out = nn.Linear(hidden, 2)

    def forward(self, x, state=None):
        y, state = self.rnn(torch.relu(self.inp(x)).unsqueeze(1), state)
        return torch.tanh(self.out(y[:, -1])), state


class Slot:
    """One named policy ('gather', 'drive', 'guard' ...) with the drones that fly on it."""

    def __init__(self, name, folder):
        self.name = name
        self.folder = Path(folder) / name
        self.lock = threading.Lock()
        self.net = HerdPolicy()
        self.version = None
        self.mtime = 0.0
        self.memory = {}  # session id -> lstm state
        newest = self.newest()
        if newest is not None:
            self.install(newest)
        self.net.eval()

    def newest(self):
        files = sorted(self.folder.glob("*.pt"), key=lambda f: f.stat().st_mtime)
        return files[-1] if files else None

    def install(self, file):
        weights = torch.load(file, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.version = file.stem
            self.mtime = file.stat().st_mtime

    def forget(self, sid=None):
        with self.lock:
            if sid is None:
                self.memory.clear()
            else:
                self.memory.pop(sid, None)

    @torch.no_grad()
    def command(self, sid, readings):
        x = torch.tensor(readings, dtype=torch.float32).unsqueeze(0)
        with self.lock:
            move, self.memory[sid] = self.net(x, self.memory.get(sid))
        return move[0].tolist()
