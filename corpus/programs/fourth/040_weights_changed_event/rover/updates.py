import hashlib
import logging
from pathlib import Path

import torch

from .events import Bus

log = logging.getLogger(__name__)


class OverTheAir:
    """Puts pushed weight files into the live network, if their checksum holds."""

    def __init__(self, bus: Bus, net: torch.nn.Module, inbox: Path):
        self.bus, self.net, self.inbox = bus, net, inbox

    def poll(self):
        for file in sorted(self.inbox.glob("*.pt")):
            sums = file.with_suffix(".sha256")
            if not sums.exists():
                continue
            if hashlib.sha256(file.read_bytes()).hexdigest() != sums.read_text().strip():
                log.error("%s: bad checksum", file)
            else:
                self.net.load_state_dict(torch.load(file, map_location="cpu"))
                self.bus.emit("weights", name=file.stem)
                log.info("weights %s", file.stem)
            file.unlink()
            sums.unlink()
