import json
import pathlib
import time


class ModelStore:
    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.index = {}

    def load(self, name="index.json"):
        f = self.root / name
        if f.exists():
            self.index = json.loads(f.read_text())

    def put(self, model, tag, score):
        model.save(self.root / tag)
        self.index[tag] = {"score": score, "t": time.time()}
        (self.root / "index.json").write_text(json.dumps(self.index))

    def best(self):
        if not self.index:
            return None
        return self.root / (max(self.index, key=lambda k: self.index[k]["score"]) + ".zip")
