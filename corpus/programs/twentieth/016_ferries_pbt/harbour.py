import torch


class Harbour:
    """A batch of harbours with three lines each; the day never ends, it goes round."""

    def __init__(self, n, device="cpu"):
        self.n = n
        self.clock = torch.randint(0, 1440, (n,), device=device).float()
        self.waiting = torch.rand(n, 3, device=device) * 40
        self.busy = torch.zeros(n, 3, device=device)
        self.demand = torch.rand(n, 3, device=device) * 2 + 0.5

    def observe(self):
        angle = 2 * torch.pi * self.clock / 1440
        return torch.cat([self.waiting / 100, self.busy / 6, angle.sin()[:, None], angle.cos()[:, None]], 1)

    def step(self, action):
        go = torch.nn.functional.one_hot(action, 4)[:, 1:].float() * (self.busy == 0)
        carried = torch.minimum(self.waiting, torch.full_like(self.waiting, 60.0)) * go
        self.waiting = self.waiting - carried
        self.busy = (self.busy - 1).clamp(min=0) + 6 * go
        rush = 1 + torch.sin(4 * torch.pi * self.clock / 1440)[:, None]
        self.waiting = (self.waiting + torch.poisson(self.demand * rush)).clamp(max=300)
        self.clock = (self.clock + 5) % 1440
        reward = carried.sum(1) / 60 - self.waiting.sum(1) / 300 - 0.4 * go.sum(1)
        return self.observe(), reward
