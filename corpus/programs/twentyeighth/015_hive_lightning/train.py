import sys

import lightning.pytorch as pl
import numpy as np
import torch
from torch.utils.data import DataLoader, TensorDataset

from hive_model import HiveMonitor


def season_windows(path, length=48):
    raw = np.load(path)                       # [hives, time, sensors]
    mean, std = raw.mean((0, 1)), raw.std((0, 1)) + 1e-6
    x = torch.tensor((raw - mean) / std, dtype=torch.float32)
    cuts = [x[:, s:s + length + 1] for s in range(0, x.shape[1] - length, length)]
    return TensorDataset(torch.stack(cuts)), mean, std


if __name__ == "__main__":
    data, mean, std = season_windows(sys.argv[1])
    np.savez("norm.npz", mean=mean, std=std)
    n_hives, _, n_sensors = data.tensors[0].shape[1:]
    model = HiveMonitor(n_hives=n_hives, n_sensors=n_sensors)
    trainer = pl.Trainer(max_epochs=40, gradient_clip_val=1.0, accelerator="auto")
    trainer.fit(model, DataLoader(data, batch_size=None, shuffle=False))
    trainer.save_checkpoint("hives.ckpt")
