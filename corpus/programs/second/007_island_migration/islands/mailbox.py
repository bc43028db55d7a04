"""Islands talk through a shared folder: one zip and one json per island, replaced in place."""
import json
import os
import tempfile
from pathlib import Path


class Mailbox:
    def __init__(self, folder, me):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.me = me

    def _card(self, island):
        return self.folder / f"island_{island}.json"

    def weights(self, island):
        return self.folder / f"island_{island}.zip"

    def publish(self, model, score, step):
        fd, tmp = tempfile.mkstemp(suffix=".zip", dir=self.folder)
        os.close(fd)
        model.save(tmp)
        os.replace(tmp, self.weights(self.me))
        card = {"island": self.me, "score": score, "step": step}
        self._card(self.me).write_text(json.dumps(card))

    def others(self):
        found = []
        for path in self.folder.glob("island_*.json"):
            try:
                card = json.loads(path.read_text())
            except json.JSONDecodeError:
                continue
            if card["island"] != self.me and self.weights(card["island"]).exists():
                found.append(card)
        return sorted(found, key=lambda c: c["score"], reverse=True)
