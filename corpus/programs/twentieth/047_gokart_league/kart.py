import torch


class DuelBatch:
    """B duels of two go-karts at once, fixed length so that all end together."""

    def __init__(self, batch=64, steps=240):
        self.batch, self.steps = batch, steps
        self.obs_dim, self.act_dim = 5, 2

    def reset(self):
        self.s = torch.zeros(self.batch, 2)
        self.v = torch.zeros(self.batch, 2)
        self.grip = 0.6 + 0.4 * torch.rand(self.batch, 1)
        return self.obs(0), self.obs(1)

    def obs(self, i):
        j = 1 - i
        curve = torch.sin(self.s[:, i] / 8)
        return torch.stack([self.v[:, i] / 10, curve, torch.cos(self.s[:, i] / 8),
                            (self.s[:, j] - self.s[:, i]).clamp(-10, 10) / 10, self.v[:, j] / 10], dim=1)

    def step(self, a, b):
        gas = torch.stack([a[:, 0], b[:, 0]], 1).clamp(-1, 1)
        line = torch.stack([a[:, 1], b[:, 1]], 1).clamp(-1, 1)
        curve = torch.sin(self.s / 8)
        lost = (self.v * (curve - line).abs() / (10 * self.grip)).clamp(max=1.0)
        old = self.s[:, 0] - self.s[:, 1]
        self.v = (self.v + 0.5 * gas - 0.3 * lost).clamp(0, 12)
        self.s = self.s + 0.1 * self.v
        return self.obs(0), self.obs(1), (self.s[:, 0] - self.s[:, 1]) - old
