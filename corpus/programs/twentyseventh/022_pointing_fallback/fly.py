from __future__ import annotations

import argparse
import statistics
from pathlib import Path

from attitude import Spacecraft
from controllers import PointingController


class Supervisor:
    """Safe mode above `trip` rad; back to fine pointing after a calm minute below `clear`."""

    def __init__(self, ctl: PointingController, trip: float = 0.15, clear: float = 0.02) -> None:
        self.ctl, self.trip, self.clear = ctl, trip, clear
        self.calm = 0
        self.trips = 0

    def check(self, error: float) -> None:
        self.calm = self.calm + 1 if error < self.clear else 0
        if error > self.trip and self.ctl.mode != "safe":
            self.ctl.mode = "safe"
            self.trips += 1
        elif self.ctl.mode == "safe" and self.calm >= 240:
            self.ctl.mode = "fine"


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("modes", type=Path, help="folder with fine.pt and safe.pt")
    ap.add_argument("--hours", type=float, default=6.0)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()

    craft = Spacecraft(seed=args.seed)
    ctl = PointingController(args.modes, "fine")
    boss = Supervisor(ctl)
    errors = []
    for k in range(int(args.hours * 3600 / craft.dt)):
        boss.check(craft.error)
        craft.apply(ctl.torque(craft.measure()))
        errors.append(craft.error)
        if k % 2400 == 2399:
            print(f"{(k + 1) * craft.dt / 60:6.0f} min  {ctl.mode:5s}  median error "
                  f"{1e3 * statistics.median(errors[-2400:]):.2f} mrad")
    print("trips to safe mode:", boss.trips)


if __name__ == "__main__":
    main()
