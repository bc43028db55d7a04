import torch
from torch import nn

from sea import SIZE

CALLS = {"start": 0, "miss": 1, "hit": 2, "sunk": 3, "waste": 4}


class Admiral(nn.Module):
    def __init__(self, width=128):
        super().__init__()
        self.cell_emb = nn.Embedding(SIZE * SIZE + 1, width)
        self.call_emb = nn.Embedding(len(CALLS), width)
        self.gru = nn.GRU(width, width, batch_first=True)
        self.aim = nn.Linear(width, SIZE * SIZE)
        self.wipe()

    def wipe(self):
        self.chart = None
        self.last = (SIZE * SIZE, "start")

    def study(self, path):
        self.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))

    @torch.no_grad()
    def aim_at(self):
        cell, call = self.last
        x = self.cell_emb(torch.tensor([[cell]])) + self.call_emb(torch.tensor([[CALLS[call]]]))
        y, self.chart = self.gru(x, self.chart)
        return torch.distributions.Categorical(logits=self.aim(y[0, -1])).sample().item()

    def hear(self, cell, call):
        self.last = (cell, call)
