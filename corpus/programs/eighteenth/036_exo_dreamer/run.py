import argparse
import logging
import time
from pathlib import Path

from controller import AssistController
from exo_driver import Exo

RATE = 100.0


def walk(exo, ctl, refresh):
    """One therapy session; ends when the patient lets go of the enable switch."""
    ctl.begin_session()
    period, next_tick = 1.0 / RATE, time.monotonic()
    while exo.enabled():
        left, right = ctl.torque(exo.read_sensors())
        exo.write_torque(left, right)
        if ctl.ticks % int(refresh * RATE) == 0:
            ctl.reload()
        next_tick += period
        time.sleep(max(0.0, next_tick - time.monotonic()))
    exo.write_torque(0.0, 0.0)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--port", default="/dev/ttyUSB0")
    ap.add_argument("--weights", type=Path, default=Path("world_model.pt"))
    ap.add_argument("--max-torque", type=float, default=12.0)
    ap.add_argument("--refresh", type=float, default=20.0, help="seconds between looks at the weights")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    ctl = AssistController(args.weights, args.max_torque)
    with Exo(args.port) as exo:
        while True:
            exo.wait_enabled()
            walk(exo, ctl, args.refresh)
            logging.info("session over after %d ticks", ctl.ticks)


if __name__ == "__main__":
    main()
