from argparse import ArgumentParser

import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from pytorch_lightning.callbacks import EarlyStopping, ModelCheckpoint
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from rink import Rink


class Apprentice(pl.LightningModule):
    def __init__(self, width: int = 32, lr: float = 1e-3):
        super().__init__()
        self.save_hyperparameters()
        self.gru = nn.GRU(3, width, batch_first=True)
        self.out = nn.Linear(width, 3)

    def forward(self, x, mem=None):
        y, mem = self.gru(x, mem)
        return self.out(y), mem

    def _loss(self, batch, name):
        x, y = batch
        logits, _ = self(x)
        loss = F.cross_entropy(logits.flatten(0, 1), y.flatten())
        self.log(name, loss, prog_bar=True)
        return loss

    def training_step(self, batch, batch_idx):
        return self._loss(batch, "train_loss")

    def validation_step(self, batch, batch_idx):
        self._loss(batch, "val_loss")

    def configure_optimizers(self):
        return torch.optim.Adam(self.parameters(), lr=self.hparams.lr)


class Operator:
    """Runs the rink with an apprentice, a reading at a time."""

    def __init__(self, brain):
        self.brain = brain.eval()
        self.mem = None

    def morning(self):
        self.mem = None

    @torch.no_grad()
    def setting(self, reading):
        logits, self.mem = self.brain(torch.tensor([[reading]]), self.mem)
        return int(logits[0, 0].argmax())


def lessons(days, seed):
    xs, ys = [], []
    for d in range(days):
        rink = Rink(seed + d)
        x, over = rink.open(), False
        xs.append([])
        ys.append([])
        while not over:
            a = rink.foreman()
            xs[-1].append(x)
            ys[-1].append(a)
            x, _, over = rink.step(a)
    return TensorDataset(torch.tensor(xs), torch.tensor(ys))


def daily_cost(operator, days=50, seed=90_000):
    total = 0.0
    for d in range(days):
        rink = Rink(seed + d)
        reading, over = rink.open(), False
        operator.morning()
        while not over:
            reading, cost, over = rink.step(operator.setting(reading))
            total += cost
    return total / days


def main():
    ap = ArgumentParser()
    ap.add_argument("--epochs", type=int, default=100)
    ap.add_argument("--width", type=int, default=32)
    args = ap.parse_args()
    pl.seed_everything(5)

    model = Apprentice(args.width)
    operator = Operator(model)
    print("untrained", round(daily_cost(operator), 2))

    keep = ModelCheckpoint(monitor="val_loss", mode="min", save_top_k=1)
    trainer = pl.Trainer(max_epochs=args.epochs, accelerator="cpu", callbacks=[keep, EarlyStopping("val_loss", patience=6)])
    model.train()
    trainer.fit(model, DataLoader(lessons(400, 0), batch_size=32, shuffle=True), DataLoader(lessons(80, 50_000), batch_size=80))
    model.eval()
    print("last epoch", round(daily_cost(operator), 2))

    operator.brain = Apprentice.load_from_checkpoint(keep.best_model_path).eval()
    print("best epoch", round(daily_cost(operator), 2), keep.best_model_path)


if __name__ == "__main__":
    main()
