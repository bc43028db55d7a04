import json
import os
import random


class Hub:
    """scores in json files in a shared folder"""

    def __init__(self, root):
        self.root = root
        os.makedirs(root, exist_ok=True)

    def report(self, uid, r):
        with open(os.path.join(self.root, f"{uid}.json"), "w") as f:
            json.dump(r, f)

    def _table(self):
        t = {}
        for fn in os.listdir(self.root):
            if fn.endswith(".json"):
                with open(os.path.join(self.root, fn)) as f:
                    t[int(fn[:-5])] = json.load(f)
        return sorted(t, key=t.get)

    def rank(self, uid):
        t = self._table()
        return t.index(uid) / len(t) if uid in t and len(t) > 3 else None

    def pick_top(self, q):
        t = self._table()
        d = random.choice(t[int(len(t) * (1 - q)):])
        return d, os.path.join(self.root, f"{d}.pt")
