import threading

import torch
from torch import nn

VITALS = ["spo2", "etco2", "rr", "peep", "fio2", "pplat", "hr"]


class VentNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.norm = nn.LayerNorm(len(VITALS))
        self.lstm = nn.LSTM(len(VITALS), hidden, num_layers=2)
        self.out = nn.Linear(hidden, 3)

    def forward(self, x, state=None):
        y, state = self.lstm(self.norm(x), state)
        return torch.tanh(self.out(y[-1])), state


class VentPolicy:
    """Suggests changes of PEEP, FiO2 and rate; one session per bed."""

    def __init__(self, path):
        self.lock = threading.Lock()
        self.net = VentNet()
        self.version = 0
        self.sessions = {}
        self.load(path)

    def load(self, path):
        weights = torch.load(path, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(weights)
            self.net.eval()
            self.version += 1

    def discharge_all(self):
        with self.lock:
            self.sessions.clear()

    def admit(self, bed):
        with self.lock:
            self.sessions[bed] = None

    def discharge(self, bed):
        with self.lock:
            self.sessions.pop(bed, None)

    @torch.no_grad()
    def advise(self, bed, vitals):
        x = torch.tensor([vitals[k] for k in VITALS], dtype=torch.float32).view(1, 1, -1)
        with self.lock:
            delta, self.sessions[bed] = self.net(x, self.sessions[bed])
        peep, fio2, rate = delta[0].tolist()
        return {"peep": 2 * peep, "fio2": 0.1 * fio2, "rate": 4 * rate, "version": self.version}
