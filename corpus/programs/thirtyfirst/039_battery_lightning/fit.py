import argparse

import pytorch_lightning as pl
import torch
from torch.utils.data import DataLoader, TensorDataset

from module import DispatchAgent


def ticks(n, start=0):
    return DataLoader(TensorDataset(torch.arange(start, start + n)), batch_size=1)


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--epochs", type=int, default=40)
    p.add_argument("--width", type=int, default=96)
    p.add_argument("--out", default="dispatch_best.pt")
    a = p.parse_args()
    pl.seed_everything(4)
    agent = DispatchAgent(width=a.width)
    trainer = pl.Trainer(max_epochs=a.epochs, gradient_clip_val=1.0, log_every_n_steps=10, enable_checkpointing=False)
    trainer.fit(agent, ticks(100), ticks(8, start=9000))
    torch.save(agent.net.state_dict(), a.out)


if __name__ == "__main__":
    main()
