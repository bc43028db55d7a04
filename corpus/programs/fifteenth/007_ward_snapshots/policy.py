import torch
from torch import nn


class BedPolicy(nn.Module):
    """A GRU cell for each ward (shared weights) and a mean over wards as context."""

    def __init__(self, n_features: int, width: int = 48):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(n_features + width, width)
        self.score = nn.Linear(2 * width, 1)

    def initial_belief(self, n_wards: int) -> torch.Tensor:
        return torch.zeros(n_wards, self.width)

    def forward(self, obs, belief):
        context = belief.mean(0, keepdim=True).expand_as(belief)
        belief = self.cell(torch.cat([obs, context], -1), belief)
        scores = self.score(torch.cat([belief, context], -1)).squeeze(-1)
        return scores, belief
