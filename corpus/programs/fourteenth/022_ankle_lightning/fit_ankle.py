import argparse

import lightning.pytorch as pl
import numpy as np
import torch
from lightning.pytorch.callbacks import ModelCheckpoint
from torch.utils.data import DataLoader, TensorDataset, random_split

from ankle import AnkleController


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("recording", help=".npz with signal (N, T, 7) and torque (N, T)")
    ap.add_argument("--epochs", type=int, default=80)
    ap.add_argument("--batch", type=int, default=32)
    args = ap.parse_args()

    pl.seed_everything(11)
    data = np.load(args.recording)
    ds = TensorDataset(torch.from_numpy(data["signal"]).float(), torch.from_numpy(data["torque"]).float())
    n_val = max(1, len(ds) // 10)
    train, val = random_split(ds, [len(ds) - n_val, n_val])
    keep = ModelCheckpoint(monitor="val_loss", filename="ankle", save_top_k=1)
    trainer = pl.Trainer(max_epochs=args.epochs, callbacks=[keep], gradient_clip_val=1.0)
    trainer.fit(
        AnkleController(),
        DataLoader(train, args.batch, shuffle=True),
        DataLoader(val, args.batch),
    )
    print(keep.best_model_path)


if __name__ == "__main__":
    main()
