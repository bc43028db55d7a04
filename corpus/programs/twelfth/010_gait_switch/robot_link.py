import socket
import struct

import numpy as np

STATE_FMT = "<34f"      # 33 proprioceptive values + body tilt
COMMAND_FMT = "<12f"


class RobotLink:
    def __init__(self, host="192.168.12.1", port=8007, timeout=0.5):
        self.addr = (host, port)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(timeout)
        self.lost = 0

    def alive(self):
        return self.lost < 10

    def read(self):
        try:
            data, _ = self.sock.recvfrom(struct.calcsize(STATE_FMT))
            self.lost = 0
            values = np.array(struct.unpack(STATE_FMT, data), dtype=np.float32)
        except socket.timeout:
            self.lost += 1
            values = np.zeros(34, dtype=np.float32)
        return values[:33], float(values[33])

    def write(self, joints):
        self.sock.sendto(struct.pack(COMMAND_FMT, *joints), self.addr)

    def relax(self):
        self.write(np.zeros(12))
        self.sock.close()
