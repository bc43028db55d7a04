import torch
import torch.nn as nn


class TurnaroundGRU(nn.Module):
    """Minutes of delay at the gate after each event of a turnaround (doors, fuel, bags, boarding ...)."""

    def __init__(self, n_feat=10, hidden=48):
        super().__init__()
        self.gru = nn.GRU(n_feat, hidden, batch_first=True)
        self.head = nn.Linear(hidden, 1)

    def forward(self, events):
        y, _ = self.gru(events)
        return self.head(y).squeeze(-1)


def synth_airport(seed, n=400, length=18):
    g = torch.Generator().manual_seed(seed)
    x = torch.randn(n, length, 10, generator=g)
    w = torch.randn(10, generator=g) * 0.2 + torch.linspace(-1, 1, 10)
    y = torch.relu((x @ w).cumsum(1) * 0.3)
    return x, y
