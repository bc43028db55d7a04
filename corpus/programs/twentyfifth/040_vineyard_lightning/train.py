import argparse

import lightning as L
import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset

from irrigation_module import IrrigationModule


class SeasonChunks(Dataset):
    def __init__(self, array, chunk):
        # array: hours x plots x 4
        n = len(array) // chunk
        self.chunks = torch.as_tensor(array[: n * chunk], dtype=torch.float32).split(chunk)

    def __len__(self):
        return len(self.chunks)

    def __getitem__(self, i):
        return self.chunks[i]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--train", default="weather_2015_2021.npy")
    ap.add_argument("--val", default="weather_2022.npy")
    ap.add_argument("--chunk", type=int, default=96)
    ap.add_argument("--epochs", type=int, default=30)
    ap.add_argument("--val-every", type=int, default=25)
    args = ap.parse_args()
    L.seed_everything(7)

    train = np.load(args.train)
    val = np.load(args.val)
    module = IrrigationModule(plots=train.shape[1])
    trainer = L.Trainer(
        max_epochs=args.epochs,
        val_check_interval=args.val_every,
        num_sanity_val_steps=0,
        gradient_clip_val=1.0,
        log_every_n_steps=10,
    )
    trainer.fit(
        module,
        DataLoader(SeasonChunks(train, args.chunk), batch_size=None, shuffle=False),
        DataLoader(SeasonChunks(val, args.chunk), batch_size=None, shuffle=False),
    )
    torch.save(module.best_weights, "valve.pt")


if __name__ == "__main__":
    main()
