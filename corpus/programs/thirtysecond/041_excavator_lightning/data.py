import numpy as np
import torch
from torch.utils.data import DataLoader, Dataset


class OperatorLogs(Dataset):
    """Long operator recordings laid out in parallel lanes and cut into consecutive chunks."""

    def __init__(self, npz_path, lanes, chunk):
        raw = np.load(npz_path)
        obs, act = raw["joints"].astype(np.float32), raw["levers"].astype(np.float32)
        n = len(obs) // lanes
        self.obs = torch.from_numpy(obs[: n * lanes]).view(lanes, n, -1)
        self.act = torch.from_numpy(act[: n * lanes]).view(lanes, n, -1)
        self.chunk = chunk

    def __len__(self):
        return self.obs.shape[1] // self.chunk

    def __getitem__(self, k):
        s = slice(k * self.chunk, (k + 1) * self.chunk)
        return self.obs[:, s], self.act[:, s]


def loader(path, lanes, chunk):
    return DataLoader(OperatorLogs(path, lanes, chunk), batch_size=None, shuffle=False)
