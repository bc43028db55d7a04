import torch
import torch.nn as nn
import torch.nn.functional as F

from config import FinetuneConfig


class Lifts:
    """Batch of single-lift buildings, all on the same clock."""

    def __init__(self, cfg: FinetuneConfig):
        self.cfg = cfg
        self.new_day()

    def new_day(self):
        n, f = self.cfg.cars, self.cfg.floors
        self.pos = torch.zeros(n, dtype=torch.long)
        self.calls = torch.zeros(n, f)
        self.wait = torch.zeros(n, f)
        self.tick = 0

    def observe(self):
        onehot = F.one_hot(self.pos, self.cfg.floors).float()
        return torch.cat([onehot, self.calls], 1)

    def step(self, act):
        arrive = (torch.rand_like(self.calls) < 0.01).float()
        self.calls = torch.clamp(self.calls + arrive, max=1)
        self.pos = (self.pos + act - 1).clamp(0, self.cfg.floors - 1)
        stay = act == 1
        served = self.calls.gather(1, self.pos[:, None])[:, 0] * stay
        self.calls[stay, self.pos[stay]] = 0
        self.wait = (self.wait + 1) * self.calls
        self.tick += 1
        return served - 0.01 * self.calls.sum(1), self.tick >= self.cfg.day_ticks


class LiftPolicy(nn.Module):
    def __init__(self, cfg: FinetuneConfig):
        super().__init__()
        self.lstm = nn.LSTM(2 * cfg.floors, cfg.hidden)
        self.head = nn.Linear(cfg.hidden, 4)

    def forward(self, x, hc):
        y, hc = self.lstm(x.unsqueeze(0), hc)
        out = self.head(y.squeeze(0))
        return out[:, :3], out[:, 3], hc
