from typing import List

import torch
from torch import Tensor, nn


class WakeWordNet(nn.Module):
    def __init__(self, n_feat: int = 13, hidden: int = 48, classes: int = 3):
        super().__init__()
        self.cells = nn.ModuleList([nn.LSTMCell(n_feat, hidden), nn.LSTMCell(hidden, hidden)])
        self.out = nn.Linear(hidden, classes)
        self.hidden = hidden
        self.register_buffer("h", torch.zeros(2, 1, hidden), persistent=False)
        self.register_buffer("c", torch.zeros(2, 1, hidden), persistent=False)

    def begin(self, batch: int = 1) -> None:
        device = self.out.weight.device
        self.h = torch.zeros(2, batch, self.hidden, device=device)
        self.c = torch.zeros(2, batch, self.hidden, device=device)

    def step(self, x: Tensor) -> Tensor:
        hs: List[Tensor] = []
        cs: List[Tensor] = []
        for i, cell in enumerate(self.cells):
            h, c = cell(x, (self.h[i], self.c[i]))
            hs.append(h)
            cs.append(c)
            x = h
        self.h, self.c = torch.stack(hs), torch.stack(cs)
        return self.out(x)

    def utterance(self, feats: Tensor) -> Tensor:
        """feats: batch x time x n_feat, one whole utterance per row."""
        self.begin(feats.shape[0])
        return torch.stack([self.step(f) for f in feats.unbind(1)], dim=1)
