import os
import re
from typing import Optional

import numpy as np
import torch as th
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback

_PAT = re.compile(r"teacher_(\d+)\.zip$")


def newest_teacher(folder: str) -> Optional[str]:
    best, name = -1, None
    for f in os.listdir(folder):
        m = _PAT.match(f)
        if m and int(m.group(1)) > best:
            best, name = int(m.group(1)), os.path.join(folder, f)
    return name


class MemoryWipe:
    """Mixin: forget what the LSTM remembers."""

    def wipe(self):
        algo = self.model
        old = algo._last_lstm_states
        algo._last_lstm_states = RNNStates(
            tuple(th.zeros_like(s) for s in old.pi),
            tuple(th.zeros_like(s) for s in old.vf),
        )
        algo._last_episode_starts = np.ones((algo.n_envs,), dtype=bool)


class FollowTeacher(MemoryWipe, BaseCallback):
    """The nightly job drops a better teacher in `folder`: take it over at once."""

    def __init__(self, folder: str, every: int = 200, verbose: int = 0):
        super().__init__(verbose)
        self.folder, self.every = folder, every
        self.current: Optional[str] = None

    def _on_training_start(self):
        self.current = newest_teacher(self.folder)

    def _on_step(self) -> bool:
        if self.n_calls % self.every:
            return True
        cand = newest_teacher(self.folder)
        if cand is not None and cand != self.current:
            self.current = cand
            self.model.set_parameters(cand, exact_match=False)
            self.wipe()
            if self.verbose > 0:
                print("took over", cand, "at", self.num_timesteps)
        return True
