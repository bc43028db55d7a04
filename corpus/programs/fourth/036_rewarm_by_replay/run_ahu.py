import argparse
import datetime as dt
import logging
import pathlib
import time

from pymodbus.client import ModbusTcpClient

from hvac.controller import Controller
from hvac.nightly import Nightly

REGISTERS = {"outside": 100, "supply": 101, "return": 102, "co2": 110, "humidity": 111, "fan": 120}
SETPOINT = 200


def read(client):
    return [client.read_holding_registers(r, count=1).registers[0] / 10.0 for r in REGISTERS.values()]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("host")
    ap.add_argument("--weights", type=pathlib.Path, required=True)
    ap.add_argument("--inbox", default="/var/lib/ahu/inbox")
    ap.add_argument("--period", type=float, default=450.0)
    ap.add_argument("--dry-run", action="store_true")
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    client = ModbusTcpClient(args.host)
    client.connect()
    controller = Controller(len(REGISTERS))
    controller.take(args.weights)
    nightly = Nightly(args.inbox)
    while True:
        began = time.monotonic()
        fresh = nightly.due(dt.datetime.now())
        if fresh is not None:
            controller.take(fresh)
        try:
            value = controller.setpoint(read(client))
            if not args.dry_run:
                client.write_register(SETPOINT, int(round(value * 10)))
        except (ConnectionError, AttributeError):
            logging.exception("no reading")
            client.connect()
        time.sleep(max(0.0, args.period - (time.monotonic() - began)))


if __name__ == "__main__":
    main()
