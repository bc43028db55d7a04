import threading
from pathlib import Path

import torch
import torch.nn as nn


class TaxiDispatchNet(nn.Module):
    """Scores the city zones an idle taxi could move to."""

    def __init__(self, n_features=24, n_zones=40, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(n_features, hidden), nn.ReLU())
        self.rnn = nn.GRUCell(hidden, hidden)
        self.out = nn.Linear(hidden, n_zones)

    def forward(self, x, h):
        h = self.rnn(self.enc(x), h)
        return self.out(h), h


class PolicyHost:
    def __init__(self, folder, version):
        self.folder = Path(folder)
        self.lock = threading.Lock()
        self.net = TaxiDispatchNet().eval()
        self.taxis = {}         # taxi id -> hidden vector
        self.version = None
        self.activate(version)

    def versions(self):
        return sorted(p.stem for p in self.folder.glob("v*.pt"))

    def activate(self, version):
        weights = torch.load(self.folder / f"{version}.pt", map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.version = version

    def forget_all(self):
        with self.lock:
            self.taxis.clear()

    def start_shift(self, taxi):
        with self.lock:
            self.taxis.pop(taxi, None)

    @torch.no_grad()
    def choose_zone(self, taxi, features):
        x = torch.tensor([features], dtype=torch.float32)
        with self.lock:
            h = self.taxis.get(taxi)
            if h is None:
                h = torch.zeros(1, self.net.hidden)
            scores, self.taxis[taxi] = self.net(x, h)
            return int(scores.argmax()), self.version
