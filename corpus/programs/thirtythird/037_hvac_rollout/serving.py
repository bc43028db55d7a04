import logging
import os
import time
from dataclasses import dataclass
from typing import Dict, Optional, Tuple

import torch
from torch import nn

from registry import EventQueue, ModelRegistry

log = logging.getLogger("serving")
IDLE_SECONDS = 120.0
EXPIRE_SECONDS = 6 * 3600.0


class ZoneModel(nn.Module):
    def __init__(self, obs=8, width=64):
        super().__init__()
        self.width = width
        self.lstm = nn.LSTMCell(obs, width)
        self.setpoint = nn.Linear(width, 2)

    def forward(self, x, ctx):
        h, c = self.lstm(x, ctx)
        return self.setpoint(h), (h, c)


@dataclass
class ZoneSession:
    zone: str
    last_seen: float
    ctx: Optional[Tuple[torch.Tensor, torch.Tensor]] = None


class ZoneServer:
    def __init__(self, registry: ModelRegistry, queue: EventQueue):
        self.registry = registry
        self.queue = queue
        self.version = registry.production()
        self.model = ZoneModel().eval()
        self.model.load_state_dict(registry.fetch(self.version))
        self.sessions: Dict[str, ZoneSession] = {}

    def run(self):
        for event in self.queue:
            kind = event["kind"]
            if kind == "telemetry":
                self.on_telemetry(event)
            elif kind == "release":
                self.on_release(event["version"])
            elif kind == "zone_off":
                self.sessions.pop(event["zone"], None)
            self.expire()

    def on_telemetry(self, event):
        zone = event["zone"]
        session = self.sessions.get(zone)
        if session is None:
            session = self.sessions[zone] = ZoneSession(zone, time.time())
        session.last_seen = time.time()
        ctx = session.ctx
        if ctx is None:
            ctx = (torch.zeros(1, self.model.width), torch.zeros(1, self.model.width))
        with torch.no_grad():
            y, session.ctx = self.model(torch.tensor([event["features"]]), ctx)
        heat, cool = y[0].tolist()
        self.queue.reply(event["reply_to"], {"zone": zone, "heat": heat, "cool": cool, "model": self.version})

    def on_release(self, version):
        if version == self.version:
            return
        self.model.load_state_dict(self.registry.fetch(version))
        self.version = version
        now = time.time()
        touched = 0
        for session in self.sessions.values():
            if now - session.last_seen > IDLE_SECONDS:
                continue
            session.ctx = None
            touched += 1
        log.info("now serving %s, %d of %d zones live", version, touched, len(self.sessions))

    def expire(self):
        now = time.time()
        for zone in [z for z, s in self.sessions.items() if now - s.last_seen > EXPIRE_SECONDS]:
            del self.sessions[zone]


def main():
    logging.basicConfig(level=os.environ.get("LOG_LEVEL", "INFO"))
    registry = ModelRegistry(os.environ["MODEL_BUCKET"], "hvac-zone", os.environ.get("S3_ENDPOINT"))
    queue = EventQueue(os.environ["QUEUE_URL"], os.environ.get("AWS_REGION", "eu-west-1"))
    ZoneServer(registry, queue).run()


if __name__ == "__main__":
    main()
