import queue
from collections import namedtuple

import numpy as np

State = namedtuple("State", "gyro gravity q dq")
Event = namedtuple("Event", "kind name value")


class RobotLink:
    default_q = np.tile(np.array([0.0, 0.8, -1.6], dtype=np.float32), 4)

    def __init__(self, iface="eth0"):
        import quad_sdk

        self.udp = quad_sdk.LowLevel(iface)

    def state(self):
        m = self.udp.recv()
        return State(np.array(m.gyro), np.array(m.gravity), np.array(m.q), np.array(m.dq))

    def position(self, q, kp, kd):
        self.udp.send(q=list(q), kp=[kp] * 12, kd=[kd] * 12)

    def damp(self):
        self.udp.send(q=[0.0] * 12, kp=[0.0] * 12, kd=[2.0] * 12)


class Gamepad:
    def __init__(self):
        self.q = queue.Queue()

    def events(self):
        while True:
            yield self.q.get()
