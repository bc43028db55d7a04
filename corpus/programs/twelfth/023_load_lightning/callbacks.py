import math

import pytorch_lightning as pl


class KeepBestWeights(pl.Callback):
    """Remembers the weights of the best validation epoch and puts them back after training."""

    def __init__(self, monitor="val_mae"):
        self.monitor = monitor
        self.best = math.inf
        self.best_epoch = -1
        self.weights = None

    def on_validation_end(self, trainer, pl_module):
        if trainer.sanity_checking:
            return
        value = trainer.callback_metrics.get(self.monitor)
        if value is None or value.item() >= self.best:
            return
        self.best = value.item()
        self.best_epoch = trainer.current_epoch
        self.weights = pl_module.state_dict()

    def on_train_end(self, trainer, pl_module):
        if self.weights is not None:
            pl_module.load_state_dict(self.weights)
            print(f"restored epoch {self.best_epoch} ({self.monitor} {self.best:.4f})")
