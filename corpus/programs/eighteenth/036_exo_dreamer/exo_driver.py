import struct
import time

import serial


class Exo:
    FRAME = struct.Struct("<B10f")

    def __init__(self, port):
        self.link = serial.Serial(port, 460800, timeout=0.05)
        self.switch = False

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.write_torque(0.0, 0.0)
        self.link.close()

    def read_sensors(self):
        flags, *values = self.FRAME.unpack(self.link.read(self.FRAME.size))
        self.switch = bool(flags & 1)
        return values

    def enabled(self):
        return self.switch

    def wait_enabled(self):
        while not self.switch:
            self.read_sensors()
            time.sleep(0.01)

    def write_torque(self, left, right):
        self.link.write(struct.pack("<2f", left, right))
