import torch


class CropSwarm:
    """Batch of spraying drones over endless rows; wind and weed density drift."""

    obs_dim = 6
    act_dim = 2

    def __init__(self, n=32, device="cpu"):
        self.n = n
        self.y = torch.zeros(n, device=device)
        self.speed = torch.full((n,), 3.0, device=device)
        self.wind = torch.zeros(n, device=device)
        self.weed = torch.rand(n, device=device)
        self.tank = torch.ones(n, device=device)

    def observe(self):
        noise = 0.1 * torch.randn(self.n, 2)
        return torch.stack([
            self.y, self.speed / 5, self.weed + noise[:, 0],
            self.wind + noise[:, 1], self.tank, torch.ones(self.n)], 1)

    def step(self, act):
        roll, spray = act[:, 0].tanh(), act[:, 1].sigmoid()
        self.wind = 0.97 * self.wind + 0.05 * torch.randn(self.n)
        self.y = (self.y + 0.1 * roll + 0.05 * self.wind).clamp(-2, 2)
        hit = spray * self.weed * (self.y.abs() < 0.5)
        self.weed = (0.9 * self.weed + 0.1 * torch.rand(self.n) - 0.05 * hit).clamp(0, 1)
        self.tank = self.tank - 0.004 * spray
        self.tank = torch.where(self.tank < 0.05, torch.ones_like(self.tank), self.tank)
        return hit - 0.3 * spray * (1 - self.weed) - 0.2 * self.y.abs()
