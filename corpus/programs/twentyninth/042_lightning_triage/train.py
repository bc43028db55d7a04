import pathlib

import hydra
import pytorch_lightning as pl
import torch
import torch.nn as nn
import torch.nn.functional as F
from omegaconf import DictConfig

from data import N_ACT, N_FEAT, loaders


class TriageAWR(pl.LightningModule):
    """Advantage-weighted regression on an LSTM that runs on through the chunks of a lane."""

    def __init__(self, width, lr, temperature):
        super().__init__()
        self.save_hyperparameters()
        self.inp = nn.Linear(N_FEAT, width)
        self.cell = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, N_ACT)
        self.v = nn.Linear(width, 1)
        self.running = None

    def unroll(self, x, first, hc):
        if hc is None:
            zero = x.new_zeros(x.shape[0], self.hparams.width)
            hc = (zero, zero)
        ys = []
        for t in range(x.shape[1]):
            keep = (1.0 - first[:, t].float()).unsqueeze(1)
            hc = self.cell(torch.relu(self.inp(x[:, t])), (hc[0] * keep, hc[1] * keep))
            ys.append(hc[0])
        return torch.stack(ys, 1), hc

    def loss(self, y, a, ret):
        v = self.v(y).squeeze(-1)
        adv = (ret - v).detach()
        w = (adv / self.hparams.temperature).exp().clamp(max=20.0)
        ce = F.cross_entropy(self.pi(y).flatten(0, 1), a.flatten(), reduction="none").view_as(ret)
        return (w * ce).mean() + 0.5 * F.mse_loss(v, ret)

    def on_train_epoch_start(self):
        self.running = None

    def training_step(self, batch, k):
        x, a, ret, first = batch
        y, hc = self.unroll(x, first, self.running)
        self.running = tuple(t.detach() for t in hc)
        loss = self.loss(y, a, ret)
        self.log("loss", loss)
        return loss

    def on_validation_epoch_start(self):
        self.val_running = None

    def validation_step(self, batch, k):
        x, a, ret, first = batch
        y, self.val_running = self.unroll(x, first, self.val_running)
        self.log("val", self.loss(y, a, ret), prog_bar=True, batch_size=x.shape[0])

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


class StepBack(pl.Callback):
    """Goes back to the best weights on disk when the validation loss has grown by more than `factor`."""

    def __init__(self, path, factor):
        self.path, self.factor, self.best = pathlib.Path(path), factor, float("inf")

    def on_train_epoch_end(self, trainer, pl_module):
        val = float(trainer.callback_metrics["val"])
        if val < self.best:
            self.best = val
            torch.save(pl_module.state_dict(), self.path)
        elif val > self.factor * self.best:
            pl_module.load_state_dict(torch.load(self.path, map_location=pl_module.device))
            pl_module.print(f"epoch {trainer.current_epoch}: {val:.4f}, back to {self.best:.4f}")


@hydra.main(version_base=None, config_path=None)
def main(cfg: DictConfig):
    train, val = loaders(cfg.train, cfg.val, cfg.get("lanes", 16), cfg.get("T", 50))
    model = TriageAWR(cfg.get("width", 96), cfg.get("lr", 1e-3), cfg.get("temperature", 0.5))
    pl.Trainer(
        max_epochs=cfg.get("epochs", 60),
        num_sanity_val_steps=0,
        gradient_clip_val=1.0,
        callbacks=[StepBack("triage_best.pt", cfg.get("factor", 1.15))],
    ).fit(model, train, val)


if __name__ == "__main__":
    main()
