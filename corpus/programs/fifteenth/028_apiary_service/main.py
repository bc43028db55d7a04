import argparse
import logging
import time
from pathlib import Path

import numpy as np

from controller import ApiaryController
from gateway import Gateway

log = logging.getLogger("apiary")


def to_obs(reading: dict) -> np.ndarray:
    return np.array(
        [
            (reading["brood_temp"] - 35.0) / 3.0,
            (reading["humidity"] - 60.0) / 20.0,
            (reading["weight"] - 40.0) / 15.0,
            reading["weight_change"],
            (reading["outside"] - 15.0) / 10.0,
        ],
        dtype=np.float32,
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--models", type=Path, default=Path("models"))
    parser.add_argument("--port", default="/dev/ttyUSB0")
    parser.add_argument("--hives", nargs="+", default=["lime", "acacia", "heather"])
    parser.add_argument("--period", type=float, default=60.0)
    args = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")

    gateway = Gateway(args.port)
    controller = ApiaryController(args.models, args.hives)
    while True:
        if controller.refresh():
            log.info("policy version %d is in charge", controller.version)
        for hive in args.hives:
            reading = gateway.read(hive)
            if reading is None:
                log.warning("no reading from %s", hive)
                continue
            if reading.get("lid_open"):
                controller.lid_opened(hive)
                continue
            opening = controller.act(hive, to_obs(reading))
            gateway.set_entrance(hive, opening)
            log.info("%s %.2f", hive, opening)
        time.sleep(args.period)


if __name__ == "__main__":
    main()
