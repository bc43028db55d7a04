import json

import serial


class Gateway:
    """Line protocol of the LoRa stick: one JSON object per request."""

    def __init__(self, port: str, baud: int = 115200):
        self.serial = serial.Serial(port, baud, timeout=2.0)
        self.last_weight: dict[str, float] = {}

    def read(self, hive: str):
        self.serial.write(f"GET {hive}\n".encode())
        line = self.serial.readline()
        if not line:
            return None
        try:
            data = json.loads(line)
        except json.JSONDecodeError:
            return None
        data["weight_change"] = data["weight"] - self.last_weight.get(hive, data["weight"])
        self.last_weight[hive] = data["weight"]
        return data

    def set_entrance(self, hive: str, opening: float) -> None:
        self.serial.write(f"SET {hive} {int(opening * 100)}\n".encode())
        self.serial.readline()
