from dataclasses import dataclass
from typing import List

import serial


@dataclass
class Frame:
    sensors: List[float]
    floor: str
    battery: float


class VacuumDriver:
    FLOORS = {0: "tile", 1: "wood", 2: "carpet"}

    def __init__(self, port: str):
        self.link = serial.Serial(port, 115200, timeout=1.0)

    def _ask(self, text: str) -> str:
        self.link.write((text + "\n").encode())
        return self.link.readline().decode().strip()

    def read(self) -> Frame:
        parts = self._ask("S").split(",")
        return Frame([float(p) for p in parts[:-2]], self.FLOORS[int(parts[-2])], float(parts[-1]))

    def drive(self, left: float, right: float) -> None:
        self._ask(f"D {int(left * 100)} {int(right * 100)}")

    def docked(self) -> bool:
        return self._ask("K") == "1"

    def undock(self) -> None:
        self._ask("U")

    def go_home(self) -> None:
        self._ask("H")

    def wait_for_start(self) -> None:
        while self._ask("B") != "1":
            pass
