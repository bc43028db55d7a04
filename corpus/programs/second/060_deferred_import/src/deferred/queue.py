import json
import logging
from pathlib import Path

log = logging.getLogger(__name__)


class Orders:
    """orders.jsonl: one json per line, {"load": path} or {"lr": value} or {"stop": true}."""

    def __init__(self, path):
        self.path = Path(path)
        self.position = 0

    def read(self):
        if not self.path.exists():
            return []
        with self.path.open() as fh:
            fh.seek(self.position)
            lines = fh.readlines()
            self.position = fh.tell()
        out = []
        for line in lines:
            try:
                out.append(json.loads(line))
            except json.JSONDecodeError:
                log.warning("bad order %r", line)
        return out
