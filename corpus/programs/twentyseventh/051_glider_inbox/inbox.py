import json
from pathlib import Path


class Inbox:
    """Messages the modem wrote to disk: NNN.json next to NNN.pt"""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.done = set()

    def new(self):
        for f in sorted(self.folder.glob("*.json")):
            if f.name in self.done:
                continue
            self.done.add(f.name)
            msg = json.loads(f.read_text())
            msg["weights"] = f.with_suffix(".pt")
            yield msg
