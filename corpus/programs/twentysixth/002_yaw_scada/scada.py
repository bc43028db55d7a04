import random
import time
from typing import Iterator, List


class ScadaLink:
    """Stand-in for the OPC connection of the park."""

    def __init__(self, turbines: int, period_s: float = 60.0):
        self.turbines = turbines
        self.period_s = period_s
        self.setpoints = [0.0] * turbines

    def rows(self) -> Iterator[List[float]]:
        wind_dir, wind_speed = 268.0, 8.5
        while True:
            wind_dir += random.gauss(0, 0.7)
            wind_speed = max(3.0, wind_speed + random.gauss(0, 0.1))
            row = [(wind_dir - 270.0) / 10.0, wind_speed / 10.0]
            for sp in self.setpoints:
                row += [sp / 20.0, random.gauss(0.8, 0.05)]
            yield row
            time.sleep(self.period_s)

    def write(self, setpoints: List[float]) -> None:
        self.setpoints = [max(-20.0, min(20.0, s)) for s in setpoints]
