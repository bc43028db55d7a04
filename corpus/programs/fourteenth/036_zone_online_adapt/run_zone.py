import argparse
import datetime as dt
import time

import torch

from bacnet_zone import ZonePoints
from controller import AdaptiveController

STEP = dt.timedelta(minutes=10)


def features(points, now):
    hour = now.hour + now.minute / 60
    return torch.tensor([[
        points.temperature() / 30,
        points.outside() / 30,
        points.occupied(),
        hour / 24,
        points.supply_temperature() / 60,
    ]], dtype=torch.float32)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("zone")
    ap.add_argument("--meta", default="meta_thermal.pt")
    ap.add_argument("--night", type=int, default=19, help="hour at which adaptation ends")
    args = ap.parse_args()

    points = ZonePoints(args.zone)
    ctl = AdaptiveController(args.meta)
    previous, day_closed, tick = None, None, 0
    while True:
        now = dt.datetime.now()
        x = features(points, now)
        if previous is not None:
            ctl.remember(*previous, points.temperature() / 30)
        office = 6 <= now.hour < args.night
        if office and tick % 12 == 11:
            print(now, args.zone, "adaptation loss", ctl.adapt())
        if now.hour >= args.night and day_closed != now.date():
            ctl.end_of_day()
            day_closed = now.date()
        valve = ctl.choose(x, (21.0 if office else 17.0) / 30)
        points.write_valve(valve)
        previous = (x, valve)
        tick += 1
        time.sleep(STEP.total_seconds())


if __name__ == "__main__":
    main()
