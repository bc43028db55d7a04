import json
import shutil
from pathlib import Path


class Exchange:
    """One folder for all workers of a sweep."""

    def __init__(self, root, worker):
        self.root = Path(root)
        self.worker = worker
        self.root.mkdir(parents=True, exist_ok=True)

    def put(self, agent, score):
        path = self.root / f"{self.worker}.pt"
        agent.save(str(path) + ".part")
        shutil.move(str(path) + ".part", path)
        (self.root / f"{self.worker}.json").write_text(json.dumps({"score": score}))

    def best(self):
        best_score, best_name = float("-inf"), None
        for card in self.root.glob("*.json"):
            try:
                score = json.loads(card.read_text())["score"]
            except (ValueError, KeyError):
                continue
            if score > best_score:
                best_score, best_name = score, card.stem
        return best_name, best_score

    def file(self, name):
        return str(self.root / f"{name}.pt")
