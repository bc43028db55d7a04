import copy

import lightning as L
import torch
from torch import nn


class Valve(nn.Module):
    def __init__(self, n_weather, hidden):
        super().__init__()
        self.gru = nn.GRUCell(n_weather + 1, hidden)
        self.open = nn.Sequential(nn.Linear(hidden, 32), nn.ELU(), nn.Linear(32, 1), nn.Sigmoid())

    def forward(self, weather, moisture, h):
        h = self.gru(torch.cat([weather, moisture], dim=-1), h)
        return self.open(h), h


def soil(moisture, water, weather):
    """One hour of the bucket model, weather = (temp, humidity, wind, rain)."""
    loss = 0.02 * torch.sigmoid(weather[:, :1] - weather[:, 1:2]) * moisture
    return (moisture + 0.03 * water + 0.05 * weather[:, 3:4].clamp(min=0) - loss).clamp(0, 1)


class IrrigationModule(L.LightningModule):
    """The season comes as consecutive chunks [T, plots, 4]; soil and controller go on from chunk to chunk."""

    def __init__(self, plots=16, hidden=64, chunks_per_season=40, lr=1e-3, target=0.55, slack=0.1):
        super().__init__()
        self.save_hyperparameters()
        self.valve = Valve(4, hidden)
        self.carry = None
        self.moisture = None
        self.best_loss = float("inf")
        self.best_weights = None
        self.val_losses = []

    def fresh(self):
        h = torch.zeros(self.hparams.plots, self.hparams.hidden, device=self.device)
        m = torch.full((self.hparams.plots, 1), 0.5, device=self.device)
        return h, m

    def simulate(self, weather, h, m):
        cost = 0.0
        for w in weather:
            water, h = self.valve(w, m, h)
            m = soil(m, water, w)
            cost = cost + ((m - self.hparams.target) ** 2).mean() + 0.001 * water.mean()
        return cost / len(weather), h, m

    def training_step(self, batch, batch_idx):
        if batch_idx % self.hparams.chunks_per_season == 0:
            self.carry, self.moisture = self.fresh()
        loss, h, m = self.simulate(batch, self.carry, self.moisture)
        self.carry, self.moisture = h.detach(), m.detach()
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def on_validation_epoch_start(self):
        self.val_losses = []
        self.val_h, self.val_m = self.fresh()

    def validation_step(self, batch, batch_idx):
        loss, self.val_h, self.val_m = self.simulate(batch, self.val_h, self.val_m)
        self.val_losses.append(loss.item())

    def on_validation_epoch_end(self):
        val = sum(self.val_losses) / len(self.val_losses)
        self.log("val_loss", val, prog_bar=True)
        if val < self.best_loss:
            self.best_loss = val
            self.best_weights = copy.deepcopy(self.valve.state_dict())
        elif val > self.best_loss * (1 + self.hparams.slack):
            self.valve.load_state_dict(self.best_weights)

    def configure_optimizers(self):
        return torch.optim.Adam(self.valve.parameters(), lr=self.hparams.lr)
