"""Lift station controller as a coroutine.

control(net) is primed once and then gets one measurement vector per send().
When a retrained net shows up a new coroutine takes the place of the old one.
"""
import glob
import logging
import os
import time

import numpy as np
import torch
import torch.nn as nn

logging.basicConfig(level=logging.INFO)
log = logging.getLogger("lift")


class LiftNet(nn.Module):
    def __init__(self, n_in=8, n_pumps=4, hidden=(64, 32)):
        super().__init__()
        dims = (n_in,) + tuple(hidden)
        self.layers = nn.ModuleList(nn.LSTMCell(a, b) for a, b in zip(dims, dims[1:]))
        self.speed = nn.Linear(dims[-1], n_pumps)

    def begin(self):
        return [(torch.zeros(1, c.hidden_size), torch.zeros(1, c.hidden_size)) for c in self.layers]

    def forward(self, x, states):
        nxt = []
        for cell, hc in zip(self.layers, states):
            hc = cell(x, hc)
            nxt.append(hc)
            x = hc[0]
        return torch.sigmoid(self.speed(x)), nxt


def control(net):
    states = net.begin()
    speeds = None
    while True:
        m = yield speeds
        x = torch.as_tensor(m, dtype=torch.float32).view(1, -1)
        with torch.no_grad():
            y, states = net(x, states)
        speeds = y.squeeze(0).numpy()


class Supply:
    def __init__(self, pattern):
        self.pattern = pattern
        self.loaded = None
        self.net = LiftNet()

    def fresh(self):
        files = glob.glob(self.pattern)
        if not files:
            return False
        newest = max(files, key=os.path.getmtime)
        if newest == self.loaded:
            return False
        self.net.load_state_dict(torch.load(newest, map_location="cpu"))
        self.net.eval()
        self.loaded = newest
        log.info("net %s", newest)
        return True


def start(net):
    co = control(net)
    next(co)
    return co


def safe(levels, speeds):
    speeds = np.clip(speeds, 0.0, 1.0)
    if levels.max() > 0.95:
        speeds[:] = 1.0
    elif levels.max() < 0.1:
        speeds[:] = 0.0
    return speeds


def run(plc, pattern, period=10.0, look_every=60):
    supply = Supply(pattern)
    while not supply.fresh():
        time.sleep(period)
    co = start(supply.net)
    n = 0
    while True:
        meas = plc.measurements()
        speeds = co.send(meas)
        plc.set_speeds(safe(meas[:4], speeds.copy()))
        n += 1
        if n % look_every == 0 and supply.fresh():
            co.close()
            co = start(supply.net)
        time.sleep(period)


if __name__ == "__main__":
    from plc import ModbusPLC

    run(ModbusPLC("10.4.0.17"), "/var/lib/lift/nets/*.pt")
