from argparse import ArgumentParser

import pytorch_lightning as pl
from pytorch_lightning.callbacks import ModelCheckpoint

from pump.callbacks import BackToBest
from pump.lit import PumpAgent


def main():
    ap = ArgumentParser()
    ap.add_argument("--epochs", type=int, default=500)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--drop", type=float, default=0.1)
    ns = ap.parse_args()
    pl.seed_everything(1)
    trainer = pl.Trainer(
        max_epochs=ns.epochs,
        accelerator="cpu",
        gradient_clip_val=0.5,
        callbacks=[BackToBest(drop=ns.drop), ModelCheckpoint(monitor="reward", mode="max", save_last=True)],
    )
    trainer.fit(PumpAgent(lr=ns.lr))


if __name__ == "__main__":
    main()
