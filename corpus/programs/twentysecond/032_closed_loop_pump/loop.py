#!/usr/bin/env python3
"""Closed loop insulin controller. Models arrive over zmq from the clinic's trainer."""
import argparse
import collections
import io
import time

import torch
import zmq
from torch import nn

Reading = collections.namedtuple("Reading", "glucose meal exercise")


class Recurrent(nn.Module):
    def __init__(self, n_in=5, n=40):
        super().__init__()
        self.gru = nn.GRU(n_in, n, num_layers=2, batch_first=True)
        self.out = nn.Linear(n, 2)

    def forward(self, x, h):
        y, h = self.gru(x, h)
        rate, bolus = self.out(y[:, -1]).unbind(-1)
        return torch.nn.functional.softplus(rate), torch.relu(bolus), h


class Loop:
    def __init__(self, state_dict, weight_kg):
        self.weight_kg = weight_kg
        self.net = Recurrent().eval()
        self.h = None
        self.version = -1
        self.window = collections.deque(maxlen=3)
        self.install(state_dict, 0)

    def install(self, state_dict, version):
        self.net.load_state_dict(state_dict)
        self.h = torch.zeros(2, 1, 40)
        self.version = version

    def features(self, r):
        self.window.append(r.glucose)
        slope = (self.window[-1] - self.window[0]) / len(self.window)
        return torch.tensor([[[r.glucose / 100.0, slope / 10.0, r.meal / 60.0, r.exercise, self.weight_kg / 80.0]]])

    def advise(self, r):
        with torch.no_grad():
            rate, bolus, self.h = self.net(self.features(r), self.h)
        if r.glucose < 80:
            return 0.0, 0.0
        return min(rate.item(), 3.0), min(bolus.item(), 6.0) if r.meal > 0 else 0.0


class Patient:
    """Bergman-ish toy patient used when no sensor is connected."""

    def __init__(self, seed=0):
        self.g, self.x = 140.0, 0.0
        self.gen = torch.Generator().manual_seed(seed)
        self.minute = 0

    def read(self):
        self.minute += 5
        meal = 45.0 if self.minute % 1440 in (420, 780, 1140) else 0.0
        self.g += 3.0 * meal / 5.0
        return Reading(self.g, meal, float(torch.rand(1, generator=self.gen) < 0.02))

    def infuse(self, rate, bolus):
        self.x = 0.95 * self.x + rate / 12 + bolus
        self.g = max(40.0, self.g - 2.5 * self.x + 0.02 * (130 - self.g) + 1.0)


def poll_model(sock):
    """Newest (version, weights) waiting on the socket or None."""
    newest = None
    while sock.poll(0):
        version, blob = sock.recv_multipart()
        newest = (int(version), torch.load(io.BytesIO(blob), map_location="cpu"))
    return newest


def main():
    p = argparse.ArgumentParser(description=__doc__)
    p.add_argument("weights")
    p.add_argument("--sub", default="tcp://127.0.0.1:7011")
    p.add_argument("--kg", type=float, default=72.0)
    p.add_argument("--fast", action="store_true")
    a = p.parse_args()

    sock = zmq.Context.instance().socket(zmq.PULL)
    sock.connect(a.sub)
    loop = Loop(torch.load(a.weights, map_location="cpu"), a.kg)
    patient = Patient()
    in_range = n = 0
    while True:
        update = poll_model(sock)
        if update is not None and update[0] > loop.version:
            loop.install(update[1], update[0])
            print("model", update[0], "installed")
        r = patient.read()
        rate, bolus = loop.advise(r)
        patient.infuse(rate, bolus)
        n += 1
        in_range += 70 <= r.glucose <= 180
        if n % 288 == 0:
            print(f"day {n // 288}: time in range {in_range / 288:.0%}")
            in_range = 0
        if not a.fast:
            time.sleep(300)


if __name__ == "__main__":
    main()
