import argparse

import lightning.pytorch as pl
import pandas as pd
from lightning.pytorch.callbacks import EarlyStopping, ModelCheckpoint

from data import loader
from model import NextEpisode

if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("train_csv")
    ap.add_argument("val_csv")
    ap.add_argument("--width", type=int, default=64)
    ap.add_argument("--resume")
    args = ap.parse_args()

    pl.seed_everything(5)
    n = 1 + max(pd.read_csv(f)["episode"].max() for f in (args.train_csv, args.val_csv))
    keep = ModelCheckpoint(monitor="val_hit10", mode="max", dirpath="ckpt", filename="{epoch}-{val_hit10:.3f}")
    trainer = pl.Trainer(
        max_epochs=40, gradient_clip_val=1.0,
        callbacks=[keep, EarlyStopping("val_hit10", mode="max", patience=5)],
    )
    model = NextEpisode(int(n), args.width)
    trainer.fit(model, loader(args.train_csv, args.width), loader(args.val_csv, args.width), ckpt_path=args.resume)
    print("best", keep.best_model_path, float(keep.best_model_score))
