import argparse
import logging
import time
from collections import deque
from datetime import datetime, timedelta
from pathlib import Path

import requests
import torch

from forecaster import DispatchNet
from plant import Plant

log = logging.getLogger("dispatch")
SLOT = timedelta(minutes=15)


class DispatchBot:
    def __init__(self, plant: Plant, model_dir: Path, max_kw: float):
        self.plant, self.model_dir, self.max_kw = plant, model_dir, max_kw
        self.net = DispatchNet().eval()
        self.history: deque = deque(maxlen=96)
        self.h = None
        self.model_date = None
        self.load_todays_model()

    def load_todays_model(self):
        files = sorted(self.model_dir.glob("dispatch_*.pt"))
        if not files:
            raise FileNotFoundError(f"no model in {self.model_dir}")
        try:
            ckpt = torch.load(files[-1], map_location="cpu")
        except (OSError, RuntimeError) as e:
            log.error("cannot read %s: %s, staying with the old one", files[-1].name, e)
            return
        self.net.load_state_dict(ckpt["state_dict"])
        self.h = None
        with torch.no_grad():
            for row in self.history:
                _, self.h = self.net(row, self.h)
        self.model_date = datetime.now().date()
        log.info("%s in service (mae %.2f)", files[-1].name, ckpt.get("val_mae", float("nan")))

    @torch.no_grad()
    def tick(self, now: datetime):
        row = torch.tensor(self.plant.reading(now)).view(1, 1, -1)
        power, self.h = self.net(row, self.h)
        self.history.append(row)
        soc = row[0, 0, 3].item()
        kw = power.item() * self.max_kw
        if (soc >= 0.98 and kw > 0) or (soc <= 0.05 and kw < 0):
            kw = 0.0
        self.plant.set_power(kw)
        return kw

    def run(self):
        slot = self._floor(datetime.now())
        while True:
            slot += SLOT
            time.sleep(max(0.0, (slot - datetime.now()).total_seconds()))
            if slot.date() != self.model_date and slot.hour >= 2:
                self.load_todays_model()
            try:
                kw = self.tick(slot)
                log.info("%s -> %+.1f kW", slot.strftime("%H:%M"), kw)
            except requests.RequestException:
                log.exception("plant not reachable")

    @staticmethod
    def _floor(t: datetime) -> datetime:
        return t.replace(minute=t.minute // 15 * 15, second=0, microsecond=0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", default="http://localhost:8090")
    parser.add_argument("--models", type=Path, default=Path("/var/lib/dispatch/models"))
    parser.add_argument("--max-kw", type=float, default=50.0)
    a = parser.parse_args()
    logging.basicConfig(level=logging.INFO)
    DispatchBot(Plant(a.url), a.models, a.max_kw).run()
