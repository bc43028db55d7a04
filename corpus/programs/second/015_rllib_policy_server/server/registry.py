import json
from pathlib import Path


class Versions:
    """versions.json: {"stable": "path", "canary": "path"}"""

    def __init__(self, path):
        self.path = Path(path)
        self.current = None

    def read(self, channel):
        try:
            return json.loads(self.path.read_text())[channel]
        except (OSError, KeyError, json.JSONDecodeError):
            return None

    def changed(self, channel):
        wanted = self.read(channel)
        return wanted if wanted and wanted != self.current else None
