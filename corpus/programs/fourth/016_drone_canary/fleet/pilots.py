import threading

import numpy as np
import torch
from torch import nn


class StationKeeper(nn.Module):
    """IMU and wind estimate in, four motor trims out."""

    def __init__(self, n_in=10, n_mem=48):
        super().__init__()
        self.n_mem = n_mem
        self.gru = nn.GRUCell(n_in, n_mem)
        self.trim = nn.Linear(n_mem, 4)

    def forward(self, x, h):
        h = self.gru(x, h)
        return torch.tanh(self.trim(h)), h


class Pilots:
    """One network flies all drones; what each drone's flight has taught it is kept as numpy rows."""

    def __init__(self, store):
        self.store = store
        self.net = None
        self.version = None
        self.memory = {}
        self.decisions = 0
        self._lock = threading.Lock()

    def activate(self, version, flush=False):
        net = self.store.get(version)
        with self._lock:
            self.net = net
            self.version = version
            if flush:
                self.memory.clear()

    def landed(self, drone):
        self.memory.pop(drone, None)

    def trims(self, readings):
        """{drone id: ten readings} -> {drone id: four trims}"""
        ids = list(readings)
        with self._lock, torch.no_grad():
            zero = np.zeros(self.net.n_mem, dtype=np.float32)
            h = torch.from_numpy(np.stack([self.memory.get(i, zero) for i in ids]))
            x = torch.as_tensor(np.stack([readings[i] for i in ids]), dtype=torch.float32)
            out, h = self.net(x, h)
            for i, row in zip(ids, h.numpy()):
                self.memory[i] = row
        self.decisions += len(ids)
        return dict(zip(ids, out.numpy()))
