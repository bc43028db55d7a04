import torch
import torch.nn as nn

GLYPHS = 32


class Brain(nn.Module):
    """One behaviour (explore, fight, flee ...), all of them of the same shape."""

    def __init__(self, actions=9, hidden=128):
        super().__init__()
        self.hidden = hidden
        self.embed = nn.Embedding(GLYPHS, 8)
        self.conv = nn.Sequential(nn.Conv2d(8, 16, 3), nn.ReLU(), nn.Flatten(), nn.Linear(16 * 25, 64), nn.ReLU())
        self.core = nn.LSTMCell(64 + 3, hidden)
        self.head = nn.Linear(hidden, actions)

    def forward(self, view, stats, hx, cx):
        x = self.embed(view).permute(0, 3, 1, 2)
        x = torch.cat([self.conv(x), stats], dim=1)
        hx, cx = self.core(x, (hx, cx))
        return self.head(hx), hx, cx
