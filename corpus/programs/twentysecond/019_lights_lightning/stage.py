import torch
from torch.utils.data import Dataset


class CueSheets(Dataset):
    """Each item is one scene: wanted warm/cold level per bar of music."""

    def __init__(self, n=2000, bars=48, seed=0):
        g = torch.Generator().manual_seed(seed)
        steps = torch.randn(n, bars, 2, generator=g) * 0.2
        self.wanted = torch.sigmoid(steps.cumsum(1))
        self.music = self.wanted + 0.3 * torch.randn(n, bars, 2, generator=g)

    def __len__(self):
        return len(self.wanted)

    def __getitem__(self, i):
        return self.music[i], self.wanted[i]
