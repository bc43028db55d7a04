"""Climate computer for glasshouse 3. Listens to the sensors over MQTT, sends vent / heating / lamp settings.

The policy is retrained every night on the simulator that is fitted to the last weeks; the new file
is simply put over the old one.
"""
import json
import logging
from collections import deque
from pathlib import Path
from typing import Deque, Optional

import paho.mqtt.client as mqtt
import torch
import yaml
from torch import nn

log = logging.getLogger("glasshouse")
SENSORS = ("temp", "humidity", "co2", "par", "outside", "wind")


class ClimatePolicy(nn.Module):
    def __init__(self, sensors: int = len(SENSORS), hidden: int = 64, outputs: int = 3):
        super().__init__()
        self.norm = nn.LayerNorm(sensors)
        self.gru = nn.GRU(sensors, hidden, batch_first=True)
        self.out = nn.Linear(hidden, outputs)

    def forward(self, x, h=None):
        y, h = self.gru(self.norm(x), h)
        return torch.sigmoid(self.out(y)), h


class Controller:
    def __init__(self, cfg: dict):
        self.cfg = cfg
        self.file = Path(cfg["policy"])
        self.history: Deque[torch.Tensor] = deque(maxlen=cfg.get("history", 288))
        self.policy = ClimatePolicy().eval()
        self.h: Optional[torch.Tensor] = None
        self.version: Optional[float] = None
        self.update_policy()

    @torch.no_grad()
    def update_policy(self) -> None:
        mtime = self.file.stat().st_mtime
        if mtime == self.version:
            return
        try:
            weights = torch.load(self.file, map_location="cpu")
        except Exception as e:  # half-written file, next time
            log.warning("could not read %s: %s", self.file, e)
            return
        self.policy.load_state_dict(weights)
        self.version = mtime
        self.h = None
        if self.history:
            _, self.h = self.policy(torch.stack(list(self.history)).unsqueeze(0))
        log.info("policy of %s, warmed up on %d readings", mtime, len(self.history))

    @torch.no_grad()
    def decide(self, reading: dict) -> dict:
        x = torch.tensor([float(reading[s]) / self.cfg["scale"][s] for s in SENSORS])
        out, self.h = self.policy(x.view(1, 1, -1), self.h)
        self.history.append(x)
        vent, heat, lamp = out.flatten().tolist()
        if reading["wind"] > self.cfg["max_wind"]:
            vent = 0.0
        return {"vent": round(vent, 2), "heat": round(heat, 2), "lamp": lamp > 0.5}


def main() -> None:
    logging.basicConfig(level=logging.INFO)
    cfg = yaml.safe_load(Path("glasshouse.yaml").read_text())
    controller = Controller(cfg)

    def on_connect(client, userdata, flags, rc):
        client.subscribe(cfg["topic"] + "/sensors")

    def on_message(client, userdata, msg):
        controller.update_policy()
        setting = controller.decide(json.loads(msg.payload))
        client.publish(cfg["topic"] + "/actuators", json.dumps(setting), qos=1)

    client = mqtt.Client()
    client.on_connect = on_connect
    client.on_message = on_message
    client.connect(cfg["broker"])
    client.loop_forever()


if __name__ == "__main__":
    main()
