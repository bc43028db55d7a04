import torch
from torch import nn

GRIPS = ["rest", "power", "pinch", "tripod", "point", "open"]


class GripDecoder(nn.Module):
    def __init__(self, channels=8, hidden=64):
        super().__init__()
        self.features = nn.Sequential(nn.Linear(channels * 3, 64), nn.GELU())
        self.gru = nn.GRU(64, hidden, num_layers=2, batch_first=True)
        self.head = nn.Linear(hidden, len(GRIPS) + 1)

    def forward(self, x, h=None):
        y, h = self.gru(self.features(x), h)
        out = self.head(y)
        return out[..., :-1], torch.sigmoid(out[..., -1]), h


def emg_features(window):
    """window: samples x channels"""
    w = torch.as_tensor(window, dtype=torch.float32)
    mav = w.abs().mean(0)
    wl = w.diff(dim=0).abs().sum(0)
    zc = ((w[1:] * w[:-1]) < 0).float().mean(0)
    return torch.cat([mav, wl, zc])[None, None]
