import argparse
import csv
import json
import logging
import socket
import time

from navigator import Navigator


class Vehicle:
    """JSON lines over TCP to the vehicle's control box."""

    def __init__(self, host, port):
        self.sock = socket.create_connection((host, port))
        self.stream = self.sock.makefile("rw")

    def ask(self, **msg):
        self.stream.write(json.dumps(msg) + "\n")
        self.stream.flush()
        return json.loads(self.stream.readline())

    def reading(self):
        r = self.ask(cmd="read")
        return r["sonar"] + r["camera"] + [r["depth"], r["heading"], r["altitude"], r["current"]]

    def thrust(self, values):
        return self.ask(cmd="thrust", values=[round(v, 3) for v in values])


def survey(vehicle, nav, transects, minutes, hz, out):
    writer = csv.writer(out)
    for number in range(transects):
        vehicle.ask(cmd="goto", transect=number)
        nav.begin_transect()
        end = time.time() + minutes * 60
        checked = time.time()
        while time.time() < end:
            tick = time.time()
            thrust, cover = nav.steer(vehicle.reading())
            vehicle.thrust(thrust)
            writer.writerow([number, f"{tick:.1f}", *[f"{c:.3f}" for c in cover]])
            if tick - checked > 20:
                nav.refresh()
                checked = tick
            time.sleep(max(0.0, 1 / hz - (time.time() - tick)))
        out.flush()
    vehicle.ask(cmd="surface")


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--vehicle", default="192.168.2.2")
    ap.add_argument("--port", type=int, default=9100)
    ap.add_argument("--model", default="/data/link/reef_model.pt")
    ap.add_argument("--transects", type=int, default=6)
    ap.add_argument("--minutes", type=float, default=25)
    ap.add_argument("--hz", type=float, default=4)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    with open(time.strftime("survey_%Y%m%d_%H%M.csv"), "w", newline="") as f:
        survey(Vehicle(args.vehicle, args.port), Navigator(args.model), args.transects, args.minutes, args.hz, f)
