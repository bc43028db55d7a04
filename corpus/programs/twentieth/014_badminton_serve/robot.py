import struct
from typing import NamedTuple

import serial


class Reading(NamedTuple):
    shuttle: tuple
    racket: tuple
    playing: bool


class Robot:
    """Serial line to the racket's controller board."""

    FORMAT = "<6f4f?"

    def __init__(self, port: str):
        self.line = serial.Serial(port, 921600, timeout=0.5)

    def read(self) -> Reading:
        raw = self.line.read(struct.calcsize(self.FORMAT))
        values = struct.unpack(self.FORMAT, raw)
        return Reading(values[:6], values[6:10], values[10])

    def write(self, command) -> None:
        self.line.write(struct.pack("<4f", *command))

    def park(self) -> None:
        self.write((0.0, 0.0, 0.0, 0.0))
