#!/usr/bin/env python3
"""Runs on the robot. The training PC rsyncs new checkpoints to --checkpoint while the robot drives."""
import argparse
import os
import struct
import sys
import time

import serial
import torch

from policy import load_policy

FRAME = struct.Struct("<7f")
COMMAND = struct.Struct("<c2f")


class Base:
    def __init__(self, port, baud):
        self.link = serial.Serial(port, baud, timeout=0.1)

    def read(self):
        self.link.write(b"s")
        raw = self.link.read(FRAME.size)
        if len(raw) < FRAME.size:
            return None
        return torch.tensor(FRAME.unpack(raw)).view(1, 1, 7)

    def drive(self, left, right):
        self.link.write(COMMAND.pack(b"d", left, right))

    def halt(self):
        self.drive(0.0, 0.0)


def mtime(path):
    try:
        return os.stat(path).st_mtime_ns
    except FileNotFoundError:
        return 0


def run(args):
    base = Base(args.port, args.baud)
    policy, version = load_policy(args.checkpoint)
    seen = mtime(args.checkpoint)
    state = policy.initial_state()
    lost = 0
    ticks = 0
    period = 1.0 / args.hz

    try:
        while True:
            start = time.monotonic()
            ticks += 1

            if ticks % args.hz == 0:
                now = mtime(args.checkpoint)
                if now and now != seen:
                    try:
                        policy, version = load_policy(args.checkpoint)
                    except (RuntimeError, EOFError, KeyError) as exc:
                        # rsync may be half way
                        print("checkpoint not readable yet:", exc, file=sys.stderr)
                    else:
                        seen = now
                        state = policy.initial_state()
                        print("now driving with version", version)

            sensors = base.read()
            if sensors is None:
                lost += 1
                if lost > 5:
                    base.halt()
                    state = policy.initial_state()
                continue
            lost = 0

            with torch.inference_mode():
                cmd, state = policy(sensors, state)
            left, right = (cmd[0] * args.max_speed).tolist()
            base.drive(left, right)

            rest = period - (time.monotonic() - start)
            if rest > 0:
                time.sleep(rest)
    finally:
        base.halt()


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--port", default="/dev/ttyUSB0")
    p.add_argument("--baud", type=int, default=115200)
    p.add_argument("--checkpoint", default="/home/pi/line/policy.pt")
    p.add_argument("--hz", type=int, default=50)
    p.add_argument("--max-speed", type=float, default=0.6)
    run(p.parse_args())
