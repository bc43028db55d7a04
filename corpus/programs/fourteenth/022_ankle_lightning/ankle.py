from typing import Any

import lightning.pytorch as pl
import torch
from torch import Tensor, nn


class AnkleController(pl.LightningModule):
    """Maps IMU and load cell samples to ankle torque; streaming, one sample per call."""

    def __init__(self, channels: int = 7, hidden: int = 64, lr: float = 1e-3) -> None:
        super().__init__()
        self.save_hyperparameters()
        self.pre = nn.Sequential(nn.Linear(channels, hidden), nn.SiLU())
        self.cell = nn.LSTMCell(hidden, hidden)
        self.head = nn.Linear(hidden, 1)
        self.register_buffer("h", torch.zeros(1, hidden), persistent=False)
        self.register_buffer("c", torch.zeros(1, hidden), persistent=False)

    def begin(self, batch: int = 1) -> None:
        self.h = self.h.new_zeros(batch, self.hparams.hidden)
        self.c = self.c.new_zeros(batch, self.hparams.hidden)

    def forward(self, sample: Tensor) -> Tensor:
        self.h, self.c = self.cell(self.pre(sample), (self.h, self.c))
        return self.head(self.h).squeeze(-1)

    def _stride_loss(self, batch: Any) -> Tensor:
        signal, torque = batch
        self.begin(signal.shape[0])
        out = torch.stack([self(signal[:, t]) for t in range(signal.shape[1])], dim=1)
        return nn.functional.huber_loss(out[:, 20:], torque[:, 20:])

    def training_step(self, batch: Any, batch_idx: int) -> Tensor:
        loss = self._stride_loss(batch)
        self.log("train_loss", loss)
        return loss

    def validation_step(self, batch: Any, batch_idx: int) -> None:
        self.log("val_loss", self._stride_loss(batch), prog_bar=True)

    def configure_optimizers(self) -> torch.optim.Optimizer:
        return torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
