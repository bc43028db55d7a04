import math
from datetime import datetime

import requests


class Plant:
    """Thin client for the site controller."""

    def __init__(self, base_url: str, timeout: float = 5.0):
        self.base_url, self.timeout = base_url, timeout
        self.session = requests.Session()

    def reading(self, now: datetime):
        r = self.session.get(f"{self.base_url}/telemetry", timeout=self.timeout)
        r.raise_for_status()
        t = r.json()
        angle = 2 * math.pi * (now.hour + now.minute / 60) / 24
        return [t["price"], t["load_kw"], t["pv_kw"], t["soc"], math.sin(angle), math.cos(angle)]

    def set_power(self, kw: float):
        self.session.post(f"{self.base_url}/setpoint", json={"kw": kw}, timeout=self.timeout).raise_for_status()
