import torch

N_PROPRIO, N_SCAN, N_ACT = 6, 5, 2


class StairWalker:
    """Batch of walkers on random stairs. The scan of the steps ahead is known in simulation only."""

    def __init__(self, n, device, length=400):
        self.n, self.device, self.length = n, device, length
        self.heights = torch.zeros(n, 64, device=device)
        self.x = torch.zeros(n, device=device)
        self.z = torch.zeros(n, device=device)
        self.pitch = torch.zeros(n, device=device)
        self.act = torch.zeros(n, N_ACT, device=device)
        self.t = torch.zeros(n, dtype=torch.long, device=device)
        self.renew(torch.ones(n, dtype=torch.bool, device=device))

    def renew(self, mask):
        k = int(mask.sum())
        if k == 0:
            return
        self.heights[mask] = torch.cumsum(0.15 * torch.randint(-1, 2, (k, 64), device=self.device), dim=1).float()
        self.x[mask] = 0.0
        self.z[mask] = self.heights[mask, 0]
        self.pitch[mask] = 0.0
        self.act[mask] = 0.0
        self.t[mask] = 0

    def scan(self):
        i = self.x.long().clamp(max=64 - N_SCAN - 1)[:, None] + torch.arange(N_SCAN, device=self.device)
        return self.heights.gather(1, i) - self.z[:, None]

    def proprio(self):
        bump = (self.scan()[:, 0] - self.act[:, 1] * 0.3).clamp(-1, 1)
        return torch.stack([self.pitch, bump, self.act[:, 0], self.act[:, 1], torch.frac(self.x), torch.ones_like(self.x)], 1)

    def step(self, a):
        self.act = a.clamp(-1, 1)
        need = self.scan()[:, 1]
        miss = (need - 0.3 * self.act[:, 1]).abs()
        self.pitch = 0.8 * self.pitch + 0.5 * miss
        self.x = (self.x + 0.15 * (self.act[:, 0] + 1) / 2).clamp(max=58)
        self.z = self.z + 0.5 * (self.heights.gather(1, self.x.long()[:, None])[:, 0] - self.z)
        self.t = self.t + 1
        fell = self.pitch > 0.9
        done = fell | (self.t >= self.length) | (self.x >= 57)
        progress = self.x.mean()
        self.renew(done)
        return done, progress
