"""Headway regulation for an automatic metro line with a conservative fallback net."""
from __future__ import annotations

import collections

import numpy as np
import torch
from torch import nn

N_FEAT = 9


class Regulator(nn.Module):
    def __init__(self, hidden=80):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTM(N_FEAT, hidden)
        self.out = nn.Sequential(nn.Linear(hidden, 32), nn.ELU(), nn.Linear(32, 2))

    def forward(self, x, state):
        y, state = self.lstm(x, state)
        return self.out(y), state


def read_net(path):
    net = Regulator()
    net.load_state_dict(torch.load(path, map_location="cpu"))
    return net.eval().requires_grad_(False)


class SafetyMonitor:
    def __init__(self, min_gap=90.0, window=20):
        self.min_gap = min_gap
        self.gaps = collections.deque(maxlen=window)

    def update(self, gap):
        self.gaps.append(gap)

    @property
    def tripped(self):
        return bool(self.gaps) and min(self.gaps) < self.min_gap

    @property
    def clear(self):
        return len(self.gaps) == self.gaps.maxlen and min(self.gaps) > 1.3 * self.min_gap


class LineSupervisor:
    def __init__(self, line, nominal_path, fallback_path):
        self.line = line
        self.nominal = read_net(nominal_path)
        self.fallback = read_net(fallback_path)
        self.policy = self.nominal
        self.monitor = SafetyMonitor()
        self.memory = self._zeros()
        self.events = []

    def _zeros(self):
        z = torch.zeros(1, 1, self.nominal.hidden)
        return z, z.clone()

    def begin_service(self):
        self.memory = self._zeros()
        self.policy = self.nominal
        self.monitor.gaps.clear()

    def arbitrate(self, now):
        if self.policy is self.nominal and self.monitor.tripped:
            self.policy = self.fallback
            self.events.append((now, "fallback"))
        elif self.policy is self.fallback and self.monitor.clear:
            self.policy = self.nominal
            self.events.append((now, "nominal"))

    def step(self, now):
        feats, gap = self.line.measure()
        self.monitor.update(gap)
        self.arbitrate(now)
        x = torch.from_numpy(np.asarray(feats, np.float32)).view(1, 1, -1)
        cmd, self.memory = self.policy(x, self.memory)
        dwell, speed = cmd.flatten().tolist()
        self.line.command(dwell_s=float(np.clip(25 + 5 * dwell, 18, 60)),
                          speed_factor=float(np.clip(0.9 + 0.1 * speed, 0.6, 1.0)))


def service_day(sup, seconds=20 * 3600, dt=5):
    sup.begin_service()
    for now in range(0, seconds, dt):
        sup.step(now)
    return sup.events


if __name__ == "__main__":
    from linesim import Line
    sup = LineSupervisor(Line(trains=14), "nominal.pt", "conservative.pt")
    for day in range(7):
        ev = service_day(sup)
        print("day", day, "switches", len(ev))
        ev.clear()
