import argparse
from pathlib import Path

import lightning as L
from lightning.pytorch.callbacks import ModelCheckpoint

from lit.agent import RecurrentA2C
from lit.rewind import RewindOnSpike


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="Pendulum-v1")
    p.add_argument("--epochs", type=int, default=100)
    p.add_argument("--lr", type=float, default=7e-4)
    p.add_argument("--out", type=Path, default=Path("lit_out"))
    args = p.parse_args()
    args.out.mkdir(exist_ok=True)
    L.seed_everything(1)
    agent = RecurrentA2C(args.env, lr=args.lr)
    trainer = L.Trainer(
        max_epochs=args.epochs,
        accelerator="cpu",
        gradient_clip_val=0.5,
        callbacks=[ModelCheckpoint(args.out, save_last=True), RewindOnSpike(args.out / "calm.pt")],
        default_root_dir=args.out,
    )
    trainer.fit(agent)


if __name__ == "__main__":
    main()
