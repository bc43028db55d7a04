from __future__ import annotations

import logging
from pathlib import Path
from typing import Dict, Iterable, Set

import torch

from rssm import Actor, Belief, RSSM

log = logging.getLogger(__name__)


class Dispatcher:
    """Set points for the tie lines; one belief for each region of the grid."""

    def __init__(self, regions: Iterable[str], n_obs: int, n_act: int):
        self.world = RSSM(n_obs, n_act)
        d, s, _ = self.world.sizes
        self.actor = Actor(d + s, n_act)
        self.beliefs: Dict[str, Belief] = {r: self.world.initial() for r in regions}
        self.islanded: Set[str] = set()
        self.release = "factory"

    # -- topology -------------------------------------------------------
    def island(self, region: str) -> None:
        self.islanded.add(region)

    def reconnect(self, region: str) -> None:
        self.islanded.discard(region)
        self.beliefs[region] = self.world.initial()

    # -- model management -----------------------------------------------
    def adopt(self, file: Path) -> None:
        """Takes over a new release of world model and actor."""
        blob = torch.load(file, map_location="cpu")
        self.world.load_state_dict(blob["world"])
        self.actor.load_state_dict(blob["actor"])
        self.release = blob.get("tag", file.stem)
        for region in self.islanded:
            self.beliefs[region] = self.world.initial()
        log.info("release %s is live in %d regions", self.release, len(self.beliefs))

    # -- control --------------------------------------------------------
    @torch.no_grad()
    def command(self, readings: Dict[str, torch.Tensor]) -> Dict[str, torch.Tensor]:
        out = {}
        for region, obs in readings.items():
            belief, _, _ = self.world.observe(obs[None], self.beliefs[region])
            act = self.actor(self.world.features(belief))
            self.beliefs[region] = belief._replace(action=act)
            if region not in self.islanded:
                out[region] = act[0]
        return out
