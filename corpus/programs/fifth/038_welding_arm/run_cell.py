import argparse
import logging
import socket
from pathlib import Path

from welding.cell import CellLink, Kind, frame
from welding.controller import SeamController


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--host", default="192.168.10.4")
    ap.add_argument("--port", type=int, default=4840)
    ap.add_argument("--weights", type=Path, required=True)
    ns = ap.parse_args()
    logging.basicConfig(level=logging.INFO)
    ctl = SeamController(ns.weights)
    with socket.create_connection((ns.host, ns.port)) as sock:
        link = CellLink(sock)
        for msg in link.messages():
            if msg.kind is Kind.ARC_ON:
                ctl.arc_on()
            elif msg.kind is Kind.FRAME:
                link.send_joints(ctl.control(frame(msg.body)))
            elif msg.kind is Kind.UPGRADE:
                ctl.upgrade(Path(msg.body.decode()))
            else:
                logging.info("arc off after %d frames in context", len(ctl.recent))


if __name__ == "__main__":
    main()
