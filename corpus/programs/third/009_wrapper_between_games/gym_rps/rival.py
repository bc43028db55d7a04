import glob
import logging
import os

import numpy as np
from sb3_contrib import RecurrentPPO

log = logging.getLogger(__name__)


class Rival:
    """A recurrent opponent that picks an older version of the learner for each game."""

    def __init__(self, folder, recent=0.5):
        self.folder = folder
        self.recent = recent
        self.net = None
        self.loaded = None
        self._memory = None
        self._first = True

    def _choose(self, rng):
        files = sorted(glob.glob(os.path.join(self.folder, "*.zip")), key=os.path.getmtime)
        if not files:
            return None
        if rng.random() < self.recent:
            return files[-1]
        return files[int(rng.integers(len(files)))]

    def _seat(self, path):
        if path == self.loaded:
            return
        if self.net is None:
            self.net = RecurrentPPO.load(path, device="cpu")
        else:
            self.net.set_parameters(path, device="cpu")
        self.loaded = path
        log.debug("seated %s", path)

    def new_game(self, rng):
        path = self._choose(rng)
        if path is not None:
            self._seat(path)
        self._memory = None
        self._first = True

    def move(self, obs):
        if self.net is None:
            return int(np.random.randint(3))
        action, self._memory = self.net.predict(
            obs, state=self._memory, episode_start=np.array([self._first]), deterministic=False
        )
        self._first = False
        return int(action)
