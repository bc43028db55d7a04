import struct

import numpy as np
import serial


class PinballTable:
    """Serial link to the table's controller board."""

    obs_size = 22
    n_actions = 4

    def __init__(self, port, baud=115200):
        self.link = serial.Serial(port, baud, timeout=0.5)

    def _read(self):
        raw = self.link.read(4 * self.obs_size + 5)
        values = struct.unpack(f"<{self.obs_size}ffB", raw)
        obs = np.array(values[: self.obs_size], dtype=np.float32)
        return obs, values[-2], bool(values[-1])

    def new_ball(self):
        self.link.reset_input_buffer()
        self.link.write(b"B")
        obs, _, _ = self._read()
        return obs

    def step(self, action):
        self.link.write(bytes([ord("a") + int(action)]))
        return self._read()
