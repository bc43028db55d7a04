import argparse

import lightning as L
import torch
from lightning.pytorch.callbacks import ModelCheckpoint

from clone import OperatorClone
from data import loader


class Rigs:
    """Very rough model of a row of excavators digging to a given depth."""

    def __init__(self, n):
        self.n = n

    def reset(self):
        self.q = torch.zeros(self.n, 4)
        self.v = torch.zeros(self.n, 4)
        self.depth = torch.rand(self.n) + 0.5
        return torch.cat([self.q, self.v], -1)

    def step(self, levers):
        self.v = 0.8 * self.v + 0.2 * levers
        self.q = self.q + 0.05 * self.v
        return torch.cat([self.q, self.v], -1), -(self.q[:, 1] + self.depth).abs()


def fit(args):
    keep = ModelCheckpoint(dirpath=args.dir, filename="clone", monitor="train_loss", mode="min", save_on_train_epoch_end=True)
    trainer = L.Trainer(max_epochs=args.epochs, callbacks=[keep], accelerator="auto", gradient_clip_val=1.0)
    trainer.fit(OperatorClone(lanes=args.lanes), loader(args.logs, args.lanes, args.chunk))
    return keep.best_model_path


@torch.no_grad()
def drive(path, lanes, runs=10, steps=300):
    clone = OperatorClone.load_from_checkpoint(path, map_location="cpu").eval()
    rigs = Rigs(lanes)
    for k in range(runs):
        clone.rewind()
        obs, total = rigs.reset(), torch.zeros(lanes)
        for _ in range(steps):
            obs, reward = rigs.step(clone(obs.unsqueeze(1))[:, 0])
            total += reward
        print(k, total.mean().item())


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("logs")
    ap.add_argument("--dir", default="ckpt")
    ap.add_argument("--lanes", type=int, default=16)
    ap.add_argument("--chunk", type=int, default=64)
    ap.add_argument("--epochs", type=int, default=30)
    a = ap.parse_args()
    drive(fit(a), a.lanes)
