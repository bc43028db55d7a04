import random
import sys

from cooling import CoolingController


class FakePlant:
    def __init__(self, racks=12):
        self.temps = [22.0] * racks
        self.loads = [0.5] * racks
        self.fan = 0.5

    def set_fan(self, x):
        self.fan = x

    def read(self):
        for i in range(len(self.temps)):
            self.loads[i] = min(1.0, max(0.0, self.loads[i] + random.gauss(0, 0.05)))
            self.temps[i] += 0.8 * self.loads[i] - 0.1 * self.fan * (self.temps[i] - 15) + random.gauss(0, 0.1)
        return list(self.temps), list(self.loads)


if __name__ == "__main__":
    if "--fake" in sys.argv:
        CoolingController(FakePlant()).run(period=0.0)
    else:
        from bacnet_plant import BacnetPlant
        CoolingController(BacnetPlant("10.0.4.2")).run()
