"""Thin layer between the controller and the robot's UDP interface."""
import socket
import struct
from dataclasses import dataclass

import numpy as np

N_JOINTS = 12
STATE_FORMAT = "<" + "f" * (3 + 3 + 2 * N_JOINTS) + "i"


@dataclass
class RobotState:
    gyro: np.ndarray
    gravity: np.ndarray
    q: np.ndarray
    dq: np.ndarray
    buttons: int

    def pressed(self, bit: int) -> bool:
        return bool(self.buttons & (1 << bit))


class RobotLink:
    def __init__(self, host: str, port: int):
        self.address = (host, port)
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.settimeout(0.05)

    def read(self) -> RobotState:
        data, _ = self.sock.recvfrom(struct.calcsize(STATE_FORMAT))
        values = struct.unpack(STATE_FORMAT, data)
        floats = np.array(values[:-1], dtype=np.float32)
        q_end = 6 + N_JOINTS
        return RobotState(floats[:3], floats[3:6], floats[6:q_end], floats[q_end:], values[-1])

    def write(self, targets: np.ndarray) -> None:
        self.sock.sendto(struct.pack("<" + "f" * N_JOINTS, *targets.tolist()), self.address)
