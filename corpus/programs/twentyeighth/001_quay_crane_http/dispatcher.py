import logging
import threading
from pathlib import Path
from typing import Dict, List, Tuple

import torch

from model import CraneScorer

log = logging.getLogger("quay")


class Dispatcher:
    def __init__(self, weights: Path):
        self.net = CraneScorer()
        self.tracks: Dict[str, Tuple[torch.Tensor, torch.Tensor]] = {}
        self.lock = threading.Lock()
        self.build = -1
        self.install(weights)

    def install(self, weights: Path) -> int:
        blob = torch.load(weights, map_location="cpu")
        with self.lock:
            self.net.load_state_dict(blob["net"])
            self.net.eval()
            self.build = int(blob.get("build", 0))
        log.info("scorer build %d from %s", self.build, weights)
        return self.build

    @torch.no_grad()
    def decide(self, crane: str, feats: List[float], open_moves: List[int]) -> int:
        x = torch.tensor([feats], dtype=torch.float32)
        with self.lock:
            scores, track = self.net(x, self.tracks.get(crane))
            self.tracks[crane] = track
        blocked = torch.ones(scores.shape[-1], dtype=torch.bool)
        blocked[open_moves] = False
        scores = scores[0].masked_fill(blocked, float("-inf"))
        return int(scores.argmax())

    def sign_on(self, crane: str) -> None:
        """A crane starts on another vessel."""
        with self.lock:
            self.tracks.pop(crane, None)
        log.info("crane %s signed on", crane)
