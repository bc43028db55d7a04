import logging
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO

log = logging.getLogger("brain")


class Brain:
    """One policy flies all the drones of a site; each drone keeps its own track of what it has seen."""

    def __init__(self, path: Path):
        self.path = path
        self.stamp = path.stat().st_mtime
        self.model = RecurrentPPO.load(path, device="cpu")
        self.tracks: dict[str, tuple[np.ndarray, ...]] = {}

    def steer(self, drone: str, obs: list[float]) -> list[float]:
        first = drone not in self.tracks
        action, track = self.model.predict(
            np.asarray(obs, dtype=np.float32)[None],
            state=self.tracks.get(drone),
            episode_start=np.array([first]),
            deterministic=True,
        )
        self.tracks[drone] = track
        return action[0].tolist()

    def landed(self, drone: str) -> None:
        self.tracks.pop(drone, None)

    def outdated(self) -> bool:
        try:
            return self.path.stat().st_mtime > self.stamp
        except FileNotFoundError:
            return False

    def refresh(self) -> None:
        stamp = self.path.stat().st_mtime
        self.model = RecurrentPPO.load(self.path, device="cpu")
        self.stamp = stamp
        log.info("policy of %s in use, %d drones in the air", self.stamp, len(self.tracks))
