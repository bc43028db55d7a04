from pathlib import Path

import numpy as np
import torch
import torch.nn as nn

VOICES = 9


class MinimalGRU(nn.Module):
    """Minimal gated unit, one gate."""

    def __init__(self, n_in, n):
        super().__init__()
        self.gate = nn.Linear(n_in + n, n)
        self.cand = nn.Linear(n_in + n, n)

    def forward(self, x, s):
        f = torch.sigmoid(self.gate(torch.cat([x, s], -1)))
        c = torch.tanh(self.cand(torch.cat([x, f * s], -1)))
        return (1 - f) * s + f * c


class DrumNet(nn.Module):
    def __init__(self, n=64):
        super().__init__()
        self.n = n
        self.unit = MinimalGRU(VOICES + 2, n)
        self.hit = nn.Linear(n, VOICES)

    def silence(self):
        return torch.zeros(self.n)

    @torch.no_grad()
    def tick(self, prev, pos, s):
        ang = torch.tensor(pos * 2 * np.pi / 16)
        s = self.unit(torch.cat([prev, ang.sin()[None], ang.cos()[None]]), s)
        return torch.bernoulli(torch.sigmoid(self.hit(s))), s


def load_groove(path: Path) -> DrumNet:
    net = DrumNet()
    with np.load(path) as z:
        net.load_state_dict({k: torch.from_numpy(z[k]) for k in z.files})
    return net.eval()


def save_groove(net: DrumNet, path: Path):
    np.savez(path, **{k: v.cpu().numpy() for k, v in net.state_dict().items()})
