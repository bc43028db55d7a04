import argparse
import csv
import logging
import os
import time

import torch

from model import IrrigationNet

log = logging.getLogger("irrigation")


class FieldController:
    def __init__(self, checkpoint, max_minutes=45.0):
        self.checkpoint = checkpoint
        self.max_minutes = max_minutes
        self.net = IrrigationNet()
        self.hidden = {}
        self.mtime = 0.0
        self.check()

    def check(self):
        """True if a newer checkpoint was picked up."""
        try:
            mtime = os.stat(self.checkpoint).st_mtime
        except FileNotFoundError:
            return False
        if mtime <= self.mtime:
            return False
        self.net.load_state_dict(torch.load(self.checkpoint, map_location="cpu"))
        self.net.eval()
        self.mtime = mtime
        return True

    @torch.no_grad()
    def decide(self, field, row):
        if self.check():
            log.info("new weights from %s", self.checkpoint)
            self.hidden[field] = None
        x = torch.tensor(row, dtype=torch.float32).view(1, 1, -1)
        minutes, self.hidden[field] = self.net(x, self.hidden.get(field))
        return min(float(minutes), self.max_minutes)


def read_sensors(folder, field):
    """Last line of the logger's csv: moisture10, moisture30, temp, humidity, wind, rain_mm, hour"""
    with open(os.path.join(folder, f"{field}.csv")) as f:
        rows = list(csv.reader(f))
    last = [float(v) for v in rows[-1][1:]]
    moisture10, moisture30, temp, hum, wind, rain, hour = last
    return [moisture10, moisture30, temp / 40, hum / 100, wind / 15, rain / 10, hour / 24]


def open_valve(folder, field, minutes):
    with open(os.path.join(folder, f"{field}.valve"), "w") as f:
        f.write(f"{minutes:.1f}\n")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("checkpoint")
    parser.add_argument("--data", default="/var/lib/irrigation")
    parser.add_argument("--fields", nargs="+", default=["north", "south", "orchard", "terrace"])
    parser.add_argument("--period", type=float, default=900)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO)

    ctl = FieldController(args.checkpoint)
    while True:
        for field in args.fields:
            try:
                row = read_sensors(args.data, field)
            except (OSError, ValueError, IndexError) as e:
                log.warning("%s: no reading (%s)", field, e)
                continue
            minutes = ctl.decide(field, row)
            open_valve(args.data, field, minutes)
            log.info("%s: %.1f min", field, minutes)
        time.sleep(args.period)


if __name__ == "__main__":
    main()
