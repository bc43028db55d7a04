import math
import random
import time


class Basin:
    """Stand-in for the PLC of an aeration basin: oxygen probe in, blower speed out."""

    def __init__(self, period=1.0, realtime=True):
        self.period = period
        self.realtime = realtime
        self.oxygen = 2.0
        self.load = 0.5
        self.clock = 0

    def read(self):
        return [self.oxygen + random.gauss(0, 0.05), math.sin(2 * math.pi * self.clock / 86400)]

    def write(self, blower):
        self.clock += 1
        self.load = min(1.0, max(0.1, self.load + random.gauss(0, 0.01)))
        self.oxygen += 0.05 * blower * (9.0 - self.oxygen) - 0.2 * self.load
        self.oxygen = max(0.0, self.oxygen)
        if self.realtime:
            time.sleep(self.period)
