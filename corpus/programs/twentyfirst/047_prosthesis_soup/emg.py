import numpy as np
import torch
from torch.utils.data import Dataset


class EmgWindows(Dataset):
    """npz with emg (T, 8) and joints (T, 5), cut into windows."""

    def __init__(self, path, length=200, hop=50):
        z = np.load(path)
        self.x = torch.tensor(z["emg"], dtype=torch.float32)
        self.y = torch.tensor(z["joints"], dtype=torch.float32)
        self.x = (self.x - self.x.mean(0)) / (self.x.std(0) + 1e-6)
        self.starts = list(range(0, len(self.x) - length, hop))
        self.length = length

    def __len__(self):
        return len(self.starts)

    def __getitem__(self, i):
        s = slice(self.starts[i], self.starts[i] + self.length)
        return self.x[s], self.y[s]
