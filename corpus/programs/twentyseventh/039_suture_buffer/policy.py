import torch
from torch import nn


class SuturePolicy(nn.Module):
    """Maps instrument pose + stereo features to the next tool motion."""

    def __init__(self, n_pose=7, n_feat=32, width=128, n_out=7):
        super().__init__()
        self.embed = nn.Sequential(nn.Linear(n_pose + n_feat, width), nn.LayerNorm(width), nn.GELU())
        self.cell = nn.GRUCell(width, width)
        self.motion = nn.Linear(width, n_out)
        self.register_buffer("hidden", torch.zeros(1, width))

    def begin(self):
        self.hidden = torch.zeros_like(self.hidden)

    def forward(self, pose, feat):
        z = self.embed(torch.cat([pose, feat], dim=-1))
        self.hidden = self.cell(z, self.hidden)
        return self.motion(self.hidden)
