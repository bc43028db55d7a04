import argparse
import collections
import sys
import threading

import numpy as np
from pymavlink_fleet import Link  # in-house

from fleet.admin import Console
from fleet.canary import Canary
from fleet.pilots import Pilots
from fleet.store import Store


class Errors(collections.deque):
    def mean(self):
        return float(np.mean(self)) if self else 0.0


def fly(link, pilots, errors):
    for tick in link.ticks(hz=50):
        for drone in tick.landed:
            pilots.landed(drone)
        if tick.readings:
            link.send(pilots.trims(tick.readings))
        errors.extend(tick.drift.values())


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("models")
    ap.add_argument("--version", default="v1")
    ap.add_argument("--link", default="udp:14550")
    args = ap.parse_args()
    pilots = Pilots(Store(args.models))
    pilots.activate(args.version)
    errors = Errors(maxlen=50_000)
    console = Console(pilots.store, pilots, Canary(pilots, errors))
    threading.Thread(target=fly, args=(Link(args.link), pilots, errors), daemon=True).start()
    for line in sys.stdin:
        if line.strip() == "quit":
            break
        print(console.handle(line))


if __name__ == "__main__":
    main()
