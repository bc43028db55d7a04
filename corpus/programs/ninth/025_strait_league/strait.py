"""Smuggler boats try to cross a strait that a customs cutter patrols (batched, 1-D lanes)."""
import torch


class Strait:
    LANES = 9
    OBS = 6

    def __init__(self, n, length=24, device="cpu"):
        self.n, self.length, self.device = n, length, device
        self.x = torch.zeros(n)
        self.boat = torch.zeros(n)
        self.cutter = torch.zeros(n)
        self.t = torch.zeros(n)
        self.reset(torch.ones(n, dtype=torch.bool))

    def reset(self, which):
        k = int(which.sum())
        self.x[which] = 0.0
        self.t[which] = 0.0
        self.boat[which] = torch.randint(0, self.LANES, (k,)).float()
        self.cutter[which] = torch.randint(0, self.LANES, (k,)).float()

    def observe(self):
        # fog: the other side is only visible when it is within two lanes
        near = ((self.boat - self.cutter).abs() <= 2).float()
        base = [self.x / self.length, self.t / 40.0]
        smuggler = torch.stack(base + [self.boat / 8, near, near * self.cutter / 8, torch.ones(self.n)], 1)
        customs = torch.stack(base + [self.cutter / 8, near, near * self.boat / 8, torch.zeros(self.n)], 1)
        return smuggler, customs

    def step(self, a_boat, a_cutter):
        self.boat = (self.boat + a_boat.float() - 1).clamp(0, self.LANES - 1)
        self.cutter = (self.cutter + a_cutter.float() - 1).clamp(0, self.LANES - 1)
        self.x = self.x + 1
        self.t = self.t + 1
        caught = (self.boat == self.cutter) & (torch.rand(self.n) < 0.5)
        through = self.x >= self.length
        done = caught | through
        reward = through.float() - caught.float()
        self.reset(done)
        return reward, done
