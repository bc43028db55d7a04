import threading

import torch
import torch.nn as nn


class RecurrentDuel(nn.Module):
    def __init__(self, obs_dim, n_actions, cells=64):
        super().__init__()
        self.cells = cells
        self.inp = nn.Linear(obs_dim + n_actions + 1, cells)
        self.lstm = nn.LSTM(cells, cells, batch_first=True)
        self.adv = nn.Linear(cells, n_actions)
        self.val = nn.Linear(cells, 1)

    def blank(self, n=1):
        return torch.zeros(1, n, self.cells), torch.zeros(1, n, self.cells)

    def forward(self, x, carry):
        y, carry = self.lstm(torch.relu(self.inp(x)), carry)
        a = self.adv(y)
        return self.val(y) + a - a.mean(-1, keepdim=True), carry


class ParameterServer:
    def __init__(self):
        self._lock = threading.Lock()
        self._blob = None
        self.version = -1

    def publish(self, net):
        fresh = {k: v.detach().clone() for k, v in net.state_dict().items()}
        with self._lock:
            self._blob = fresh
            self.version += 1

    def fetch(self):
        with self._lock:
            return self._blob
