import torch
from torch import nn


class EntityNet(nn.Module):
    """Policy and value over a set of entities."""

    def __init__(self, card_dim, n_actions, width=64):
        super().__init__()
        self.width = width
        self.embed = nn.Linear(card_dim, width)
        self.gru = nn.GRU(width, width, batch_first=True, bidirectional=True)
        self.pi = nn.Linear(2 * width, n_actions)
        self.v = nn.Linear(2 * width, 1)

    def forward(self, entities, mask):
        x = torch.relu(self.embed(entities))
        h0 = x.new_zeros(2, x.shape[0], self.width)
        _, h = self.gru(x, h0)
        z = torch.cat([h[0], h[1]], dim=-1)
        logits = self.pi(z).masked_fill(mask == 0, -1e9)
        return logits, self.v(z).squeeze(-1)
