from __future__ import annotations

import copy

import pytorch_lightning as pl
from pytorch_lightning.utilities import rank_zero_info


class BackToBest(pl.Callback):
    """When the epoch mean has fallen by more than `drop`, continue from the best epoch's weights."""

    def __init__(self, monitor: str = "reward", drop: float = 0.1, grace: int = 10):
        self.monitor, self.drop, self.grace = monitor, drop, grace
        self.best = float("-inf")
        self.weights = None
        self.bad = False

    def on_train_epoch_end(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        value = trainer.callback_metrics.get(self.monitor)
        if value is None:
            return
        value = float(value)
        if value > self.best:
            self.best, self.weights = value, copy.deepcopy(pl_module.state_dict())
        self.bad = trainer.current_epoch > self.grace and value < self.best - self.drop

    def on_train_epoch_start(self, trainer: pl.Trainer, pl_module: pl.LightningModule) -> None:
        if self.bad and self.weights is not None:
            rank_zero_info(f"epoch {trainer.current_epoch}: back to {self.monitor}={self.best:.3f}")
            pl_module.load_state_dict(self.weights)
            self.bad = False
