import torch
from torch import nn


class PacingBrain(nn.Module):
    """Chooses what a pupil sees next: new item, repeat, hint, break."""

    N_ACTIONS = 4
    N_FEATURES = 11

    def __init__(self, hidden_size: int = 96):
        super().__init__()
        self.hidden_size = hidden_size
        self.norm = nn.LayerNorm(self.N_FEATURES)
        self.cell = nn.LSTMCell(self.N_FEATURES, hidden_size)
        self.head = nn.Sequential(nn.Linear(hidden_size, 64), nn.ReLU(), nn.Linear(64, self.N_ACTIONS))

    def forward(self, x, hc):
        h, c = self.cell(self.norm(x), hc)
        return self.head(h), (h, c)

    def blank(self, batch: int = 1):
        z = torch.zeros(batch, self.hidden_size)
        return z, z.clone()
