import logging
import os
from pathlib import Path

import numpy as np
from sb3_contrib import RecurrentPPO

log = logging.getLogger("desk")


class Engine:
    def __init__(self, model_dir, broker, check_every=60, max_drawdown=0.15):
        self.model_dir = Path(model_dir)
        self.broker = broker
        self.check_every = check_every
        self.max_drawdown = max_drawdown
        self.peak = 1.0
        self.halted = False
        self.model_path = self._newest()
        self.model = RecurrentPPO.load(self.model_path, device="cpu")
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)
        self.bars = 0

    def _newest(self):
        files = [p for p in self.model_dir.glob("*.zip") if p.stat().st_size > 0]
        if not files:
            raise FileNotFoundError(f"no model in {self.model_dir}")
        return max(files, key=os.path.getmtime)

    def maybe_reload(self):
        newest = self._newest()
        if newest == self.model_path:
            return
        log.info("switching %s -> %s", self.model_path.name, newest.name)
        self.model_path = newest
        self.model = RecurrentPPO.load(newest, device="cpu")
        if self.broker.position == 0:
            self.lstm_states = None
            self.episode_start = np.ones((1,), dtype=bool)

    def features(self, chunk):
        returns = np.diff(np.log(chunk)) * 100.0
        return np.concatenate([returns, [self.broker.position, self.broker.equity - 1.0]]).astype(np.float32)

    def risk(self):
        self.peak = max(self.peak, self.broker.equity)
        if not self.halted and self.broker.equity < self.peak * (1.0 - self.max_drawdown):
            log.warning("drawdown limit hit at %.4f", self.broker.equity)
            self.halted = True
        elif self.halted and self.broker.equity > self.peak * (1.0 - self.max_drawdown / 2):
            self.halted = False

    def on_bar(self, when, chunk):
        self.bars += 1
        self.broker.mark(chunk[-1])
        self.risk()
        if self.bars % self.check_every == 0:
            self.maybe_reload()
        action, self.lstm_states = self.model.predict(
            self.features(chunk), state=self.lstm_states, episode_start=self.episode_start, deterministic=True
        )
        self.episode_start = np.zeros((1,), dtype=bool)
        wanted = 0 if self.halted else int(action) - 1
        self.broker.target(when, wanted, chunk[-1])
        return wanted
