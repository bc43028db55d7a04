from argparse import ArgumentParser

import numpy as np
import pandas as pd
import pytorch_lightning as pl
import torch
import torch.nn.functional as F
from torch import nn
from torch.utils.data import DataLoader, TensorDataset

from callbacks import KeepBestWeights


class LoadData(pl.LightningDataModule):
    """Hourly grid load: one week in, the next day out."""

    def __init__(self, path, batch_size=64, past=168, ahead=24):
        super().__init__()
        self.path, self.batch_size = path, batch_size
        self.past, self.ahead = past, ahead

    def setup(self, stage=None):
        frame = pd.read_csv(self.path, parse_dates=["time"])
        load = frame["load_mw"].to_numpy(np.float32)
        load = (load - load.mean()) / load.std()
        hour = frame["time"].dt.hour.to_numpy() * 2 * np.pi / 24
        weekend = (frame["time"].dt.dayofweek >= 5).to_numpy()
        table = np.stack([load, np.sin(hour), np.cos(hour), weekend], axis=1).astype(np.float32)
        n = len(table)
        self.parts = [self._windows(p) for p in np.split(table, [int(0.7 * n), int(0.85 * n)])]

    def _windows(self, table):
        xs, ys = [], []
        for s in range(0, len(table) - self.past - self.ahead, 6):
            xs.append(table[s:s + self.past])
            ys.append(table[s + self.past:s + self.past + self.ahead, 0])
        return TensorDataset(torch.from_numpy(np.stack(xs)), torch.from_numpy(np.stack(ys)))

    def train_dataloader(self):
        return DataLoader(self.parts[0], batch_size=self.batch_size, shuffle=True)

    def val_dataloader(self):
        return DataLoader(self.parts[1], batch_size=256)

    def test_dataloader(self):
        return DataLoader(self.parts[2], batch_size=256)


class LoadLSTM(pl.LightningModule):
    def __init__(self, hidden=128, layers=2, ahead=24, lr=1e-3, dropout=0.2):
        super().__init__()
        self.save_hyperparameters()
        self.lstm = nn.LSTM(4, hidden, num_layers=layers, dropout=dropout, batch_first=True)
        self.head = nn.Linear(hidden, ahead)

    def forward(self, x):
        _, (h, _) = self.lstm(x)
        return self.head(h[-1])

    def training_step(self, batch, batch_idx):
        x, y = batch
        loss = F.mse_loss(self(x), y)
        self.log("train_loss", loss, prog_bar=True)
        return loss

    def validation_step(self, batch, batch_idx):
        x, y = batch
        self.log("val_mae", F.l1_loss(self(x), y), prog_bar=True)

    def test_step(self, batch, batch_idx):
        x, y = batch
        self.log("test_mae", F.l1_loss(self(x), y))

    def configure_optimizers(self):
        opt = torch.optim.AdamW(self.parameters(), lr=self.hparams.lr)
        return [opt], [torch.optim.lr_scheduler.CosineAnnealingLR(opt, T_max=self.trainer.max_epochs)]


def main():
    parser = ArgumentParser()
    parser.add_argument("csv")
    parser.add_argument("--epochs", type=int, default=60)
    parser.add_argument("--hidden", type=int, default=128)
    args = parser.parse_args()

    pl.seed_everything(17)
    data = LoadData(args.csv)
    model = LoadLSTM(hidden=args.hidden)
    trainer = pl.Trainer(max_epochs=args.epochs, gradient_clip_val=1.0, callbacks=[KeepBestWeights()],
                         enable_checkpointing=False)
    trainer.fit(model, data)
    trainer.test(model, data)
    torch.save(model.state_dict(), "load_lstm.pt")


if __name__ == "__main__":
    main()
