import logging
from pathlib import Path

import lightning as L
import torch

log = logging.getLogger(__name__)


class RewindOnSpike(L.Callback):
    """Keeps the weights of the last calm epoch on disk and returns to them when the loss explodes."""

    def __init__(self, path: Path, factor: float = 20.0):
        self.path = path
        self.factor = factor
        self.typical = None
        self.rewinds = 0

    def on_train_batch_end(self, trainer, pl_module, outputs, batch, batch_idx):
        loss = outputs["loss"].detach()
        if self.typical is None:
            self.typical = loss.abs()
        calm = torch.isfinite(loss) and loss.abs() < self.factor * self.typical
        if calm:
            self.typical = 0.99 * self.typical + 0.01 * loss.abs()
            return
        if not self.path.exists():
            return
        self.rewinds += 1
        weights = torch.load(self.path, map_location=pl_module.device)
        pl_module.load_state_dict(weights)
        log.warning("loss %.3g at step %d, rewind no. %d", float(loss), trainer.global_step, self.rewinds)

    def on_train_epoch_end(self, trainer, pl_module):
        torch.save(pl_module.state_dict(), self.path)
