import lightning.pytorch as pl
import torch
import torch.nn.functional as F
from torch import nn


class HiveMonitor(pl.LightningModule):
    """Predicts the next reading of every hive (weight, brood temperature, humidity, hum bands)."""

    def __init__(self, n_hives: int = 12, n_sensors: int = 7, width: int = 48, lr: float = 1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.mix = nn.GRUCell(n_sensors, width)
        self.readout = nn.Linear(width, n_sensors)
        self.register_buffer("colony", torch.zeros(n_hives, width))

    def forward(self, readings):
        colony, ahead = self.colony, []
        for t in range(readings.shape[1]):
            colony = self.mix(readings[:, t], colony)
            ahead.append(self.readout(colony))
        self.colony = colony.detach()
        return torch.stack(ahead, dim=1)

    def on_train_epoch_start(self):
        self.colony = torch.zeros_like(self.colony)

    def training_step(self, batch, _):
        readings, = batch
        guess = self(readings[:, :-1])
        loss = F.smooth_l1_loss(guess, readings[:, 1:])
        self.log("loss", loss, prog_bar=True)
        return loss

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)
