import json
import socket
from dataclasses import dataclass

import numpy as np


@dataclass
class State:
    q: np.ndarray
    dq: np.ndarray
    gyro: np.ndarray
    gravity: np.ndarray


class LowLevel:
    def __init__(self, addr):
        host, port = addr.split(":")
        self.sock = socket.create_connection((host, int(port)))
        self.file = self.sock.makefile("rw")

    def read(self):
        d = json.loads(self.file.readline())
        return State(*(np.array(d[k], np.float32) for k in ("q", "dq", "gyro", "gravity")))

    def _send(self, **msg):
        self.file.write(json.dumps(msg) + "\n")
        self.file.flush()

    def go_to(self, q, kp, kd):
        self._send(q=np.asarray(q).tolist(), kp=kp, kd=kd)

    def damp(self):
        self._send(q=[0.0] * 12, kp=0.0, kd=3.0)


class Joystick:
    GAITS = {"A": "walk", "X": "trot", "Y": "stairs"}

    def __init__(self, port=9871):
        self.sock = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self.sock.bind(("", port))
        self.sock.setblocking(False)
        self.buttons, self.axes, self.quit = set(), np.zeros(3, np.float32), False

    def poll(self):
        self.buttons = set()
        try:
            msg = json.loads(self.sock.recv(512))
        except BlockingIOError:
            return
        self.buttons = set(msg["down"])
        self.axes = np.array(msg["axes"], np.float32)
        self.quit = "BACK" in self.buttons

    def pressed(self, name):
        return name in self.buttons

    def gait(self):
        return next((g for b, g in self.GAITS.items() if b in self.buttons), None)

    def velocity(self):
        return self.axes * np.array([1.0, 0.5, 1.0], np.float32)
