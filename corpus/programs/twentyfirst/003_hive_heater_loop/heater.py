#!/usr/bin/env python3
# Runs on the Pi in the bee house. Reads the brood temperature of each hive,
# drives the heating foils. The trainer on the NAS drops new weights in /mnt/nas/hive/policy.pt
import logging
import os
import time

import torch
from torch import nn

from hivebus import Bus

WEIGHTS = "/mnt/nas/hive/policy.pt"
PERIOD = 20.0
HIVES = ["linden", "acacia", "heather", "clover"]
MAX_W = 25.0

log = logging.getLogger("heater")


class HeatNet(nn.Module):
    def __init__(self, n_obs=7, n_hid=32):
        super().__init__()
        self.n_hid = n_hid
        self.cell = nn.GRUCell(n_obs, n_hid)
        self.out = nn.Linear(n_hid, 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        return torch.sigmoid(self.out(h)), h


def zero_memory(net):
    return torch.zeros(len(HIVES), net.n_hid)


def sensor_row(bus, hive, hour):
    t = bus.read(hive)
    return [t.brood / 35.0, t.wall / 35.0, t.outside / 35.0, t.humidity / 100.0,
            t.weight / 40.0, t.watts / MAX_W, hour / 24.0]


def load_if_newer(net, stamp):
    """(stamp, True) when the file was replaced and read."""
    try:
        now = os.stat(WEIGHTS).st_mtime_ns
    except FileNotFoundError:
        return stamp, False
    if now == stamp:
        return stamp, False
    try:
        sd = torch.load(WEIGHTS, map_location="cpu", weights_only=True)
        net.load_state_dict(sd)
    except Exception:
        # half written by the NAS, but a part of the tensors may be in already
        log.exception("bad weights file")
        return stamp, True
    log.info("weights of %s", time.ctime(now / 1e9))
    return now, True


def main():
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    bus = Bus("/dev/ttyUSB0")
    net = HeatNet().eval()
    stamp, ok = 0, False
    while not ok:
        stamp, ok = load_if_newer(net, stamp)
        if not ok:
            time.sleep(5)
    memory = zero_memory(net)

    while True:
        t0 = time.monotonic()
        stamp, changed = load_if_newer(net, stamp)
        if changed:
            memory = zero_memory(net)
        lt = time.localtime()
        x = torch.tensor([sensor_row(bus, h, lt.tm_hour + lt.tm_min / 60) for h in HIVES])
        with torch.no_grad():
            duty, memory = net(x, memory)
        for hive, d in zip(HIVES, duty.flatten().tolist()):
            bus.heat(hive, d * MAX_W)
        time.sleep(max(0.0, PERIOD - (time.monotonic() - t0)))


if __name__ == "__main__":
    main()
