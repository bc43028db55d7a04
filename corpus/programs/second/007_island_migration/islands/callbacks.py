import logging
from collections import deque

import numpy as np
from stable_baselines3.common.callbacks import BaseCallback

from .mailbox import Mailbox

log = logging.getLogger(__name__)


class ScoreWindow(BaseCallback):
    def __init__(self, size=100):
        super().__init__()
        self.window = deque(maxlen=size)

    @property
    def score(self):
        return float(np.mean(self.window)) if len(self.window) >= 20 else None

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.window.append(info["episode"]["r"])
        return True


class Migration(BaseCallback):
    """Every `period` rollouts: publish ourselves, and take over a clearly better island."""

    def __init__(self, mailbox: Mailbox, score: ScoreWindow, period=20, margin=0.15, verbose=0):
        super().__init__(verbose)
        self.mailbox = mailbox
        self.score = score
        self.period = period
        self.margin = margin
        self.rollouts = 0
        self.taken = 0

    def _on_step(self):
        return True

    def _on_rollout_start(self):
        self.rollouts += 1
        if self.rollouts % self.period or self.score.score is None:
            return
        mine = self.score.score
        best = next(iter(self.mailbox.others()), None)
        if best is not None and best["score"] > mine + self.margin:
            self.model.set_parameters(str(self.mailbox.weights(best["island"])), device=self.model.device)
            self.taken += 1
            self.logger.record("islands/taken", self.taken)
            log.info("island %s takes %s (%.2f > %.2f)", self.mailbox.me, best["island"], best["score"], mine)
        else:
            self.mailbox.publish(self.model, mine, self.num_timesteps)

    def _on_training_end(self):
        if self.score.score is not None:
            self.mailbox.publish(self.model, self.score.score, self.num_timesteps)
