import math

import torch


class LightShow:
    """Drones follow the points of a figure that turns and changes shape."""

    def __init__(self, drones=24, frames=3600, dt=0.1):
        self.drones, self.frames, self.dt = drones, frames, dt
        self.restart()

    def restart(self):
        self.frame = 0
        self.pos = torch.zeros(self.drones, 3)
        self.vel = torch.zeros(self.drones, 3)
        return self.observe()

    def figure(self):
        k = torch.arange(self.drones) / self.drones * 2 * math.pi
        t = self.frame * self.dt
        radius = 10 + 3 * torch.sin(3 * k + 0.05 * t)
        return torch.stack([radius * torch.cos(k + 0.02 * t),
                            radius * torch.sin(k + 0.02 * t),
                            20 + 2 * torch.sin(2 * k + 0.1 * t)], dim=1)

    def observe(self):
        gust = 0.05 * torch.randn(self.drones, 3)
        return torch.cat([self.figure() - self.pos, self.vel + gust, self.pos / 20], dim=1)

    def step(self, thrust):
        self.vel = 0.9 * self.vel + thrust + 0.03 * torch.randn(self.drones, 3)
        self.pos = self.pos + self.vel * self.dt
        self.frame += 1
        error = (self.figure() - self.pos).norm(dim=1).mean().item()
        return self.observe(), -error, self.frame >= self.frames
