import logging
import random
from pathlib import Path

import torch

from .net import Fighter

log = logging.getLogger(__name__)


class Partner:
    """The one who stands on the other side. Snapshots come in two formats: bare state_dicts from the
    first weeks of the project, and dicts with a header since then."""

    def __init__(self, obs_dim, n_actions, n_fields, folder, seed=0):
        self.net = Fighter(obs_dim, n_actions).eval()
        self.n_fields = n_fields
        self.folder = Path(folder)
        self.rng = random.Random(seed)
        self.hc = self.net.zeros(n_fields)
        self.name = "untrained"
        self.temperature = 1.0
        self.born = 0

    def candidates(self):
        return sorted(self.folder.glob("*.pt"))

    def become(self, path):
        blob = torch.load(path, map_location="cpu")
        weights = blob.get("weights", blob)
        missing, unexpected = self.net.load_state_dict(weights, strict=False)
        if missing or unexpected:
            log.warning("%s: %d missing, %d unexpected", path, len(missing), len(unexpected))
        self.name = path.stem
        if "header" not in blob:
            self.temperature = 1.0
            self.born = 0
            return self.name
        self.temperature = blob["header"].get("temperature", 1.0)
        self.born = blob["header"]["step"]
        self.hc = self.net.zeros(self.n_fields)
        return self.name

    def rotate(self):
        files = self.candidates()
        if not files:
            return self.name
        recent = files[-5:]
        pick = self.rng.choice(recent if self.rng.random() < 0.6 else files)
        return self.become(pick)

    @torch.no_grad()
    def reply(self, obs):
        logits, _, self.hc = self.net(torch.as_tensor(obs), self.hc)
        return torch.distributions.Categorical(logits=logits / self.temperature).sample().numpy()

    def over(self, i):
        self.hc[0][i] = 0.0
        self.hc[1][i] = 0.0
