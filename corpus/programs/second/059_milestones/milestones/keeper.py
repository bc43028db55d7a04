import copy
import hashlib
import io
import json
import logging
import time
from pathlib import Path

import torch as th
from sb3_contrib import RecurrentPPO

log = logging.getLogger(__name__)


class Keeper:
    """Milestones of one run: copies in memory, files on disk, and checks that they are what they say."""

    def __init__(self, folder):
        self.folder = Path(folder)
        self.folder.mkdir(parents=True, exist_ok=True)
        self.memory = {}
        self.cards = {}

    @staticmethod
    def fingerprint(model: RecurrentPPO):
        params = model.get_parameters()["policy"]
        digest = hashlib.sha256()
        for key in sorted(params):
            digest.update(key.encode())
            digest.update(params[key].detach().cpu().numpy().tobytes())
        return digest.hexdigest()[:12]

    def add(self, name, model: RecurrentPPO, score):
        self.memory[name] = copy.deepcopy(model.get_parameters())
        model.save(self.folder / name)
        th.save(model.policy.state_dict(), self.folder / f"{name}_policy.pt")
        self.cards[name] = {
            "score": score,
            "timesteps": model.num_timesteps,
            "fingerprint": self.fingerprint(model),
            "time": time.time(),
        }
        (self.folder / "cards.json").write_text(json.dumps(self.cards, indent=1))

    def best(self):
        return max(self.cards, key=lambda k: self.cards[k]["score"]) if self.cards else None

    def reopen(self, name, env):
        model = RecurrentPPO.load(self.folder / name, env=env)
        if self.fingerprint(model) != self.cards[name]["fingerprint"]:
            raise RuntimeError(f"{name} is not what it was")
        return model

    def size(self, name):
        raw = io.BytesIO()
        th.save(self.memory[name], raw)
        return raw.getbuffer().nbytes
