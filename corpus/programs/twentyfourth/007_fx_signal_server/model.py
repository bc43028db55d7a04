import torch.nn as nn

PAIRS = ["EURUSD", "GBPUSD", "USDJPY", "AUDUSD"]


class TickGRU(nn.Module):
    """bid/ask/mid-return/spread of one tick -> logits for short, flat, long"""

    def __init__(self, n_features=4, hidden=48, layers=2):
        super().__init__()
        self.norm = nn.LayerNorm(n_features)
        self.gru = nn.GRU(n_features, hidden, num_layers=layers, batch_first=True)
        self.out = nn.Linear(hidden, 3)

    def forward(self, x, h=None):
        y, h = self.gru(self.norm(x), h)
        return self.out(y[:, -1]), h
