"""Batting model for the bowling-machine nets: picks the shot to rehearse next."""
import numpy as np
import torch
import torch.nn as nn

SHOTS = ("leave", "defend", "drive", "cut", "pull", "sweep", "loft")


class BatNet(nn.Module):
    def __init__(self, n_in, hidden):
        super().__init__()
        self.proj = nn.Linear(n_in, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.q = nn.Linear(hidden, len(SHOTS))

    def forward(self, x, h):
        y, h = self.gru(torch.relu(self.proj(x)), h)
        return self.q(y[:, -1]), h


class Batter:
    def __init__(self, n_in, hidden=64):
        self.n_in = n_in
        self._make(hidden)

    def _make(self, hidden):
        self.hidden = hidden
        self.net = BatNet(self.n_in, hidden).eval()
        self.memory = np.zeros((1, 1, hidden), dtype=np.float32)

    def new_innings(self):
        self.memory = np.zeros((1, 1, self.hidden), dtype=np.float32)

    def load(self, path):
        ckpt = torch.load(path, map_location="cpu")
        if ckpt["hidden"] != self.hidden:
            self._make(ckpt["hidden"])
        self.net.load_state_dict(ckpt["net"])

    def shot(self, delivery):
        x = torch.from_numpy(np.asarray(delivery, dtype=np.float32)).view(1, 1, -1)
        with torch.no_grad():
            q, h = self.net(x, torch.from_numpy(self.memory))
        self.memory = h.numpy()
        return SHOTS[int(q.argmax())]
