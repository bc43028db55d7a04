import torch
import torch.nn as nn


class SteeringNet(nn.Module):
    """Mic covariances in, (azimuth, elevation, beam width) out."""

    def __init__(self, n_mics=8, width=128):
        super().__init__()
        self.width = width
        self.front = nn.Sequential(nn.Linear(2 * n_mics * n_mics, width), nn.SiLU())
        self.cell = nn.GRUCell(width, width)
        self.out = nn.Linear(width, 3)

    def forward(self, cov, motion):
        motion = self.cell(self.front(cov), motion)
        az, el, spread = self.out(motion).unbind(-1)
        return 3.14159 * torch.tanh(az), 1.5708 * torch.tanh(el), torch.sigmoid(spread), motion


class SceneClassifier(nn.Module):
    SCENES = ("office", "hall", "street", "car")

    def __init__(self, n_mics=8):
        super().__init__()
        self.net = nn.Sequential(nn.Linear(2 * n_mics * n_mics, 64), nn.ReLU(), nn.Linear(64, len(self.SCENES)))

    def forward(self, cov):
        return self.net(cov).softmax(-1)
