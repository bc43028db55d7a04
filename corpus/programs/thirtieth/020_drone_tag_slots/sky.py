import torch


class TagSky:
    """Hunters (trained) against one runner (from the league) per row; torus, velocity control, noisy bearings."""

    def __init__(self, rows, hunters=3, limit=250):
        self.rows, self.hunters, self.limit = rows, hunters, limit
        self.h = torch.zeros(rows, hunters, 2)
        self.r = torch.zeros(rows, 2)
        self.age = torch.zeros(rows)

    def spawn(self, idx):
        self.h[idx] = torch.rand(len(idx), self.hunters, 2)
        self.r[idx] = torch.rand(len(idx), 2)
        self.age[idx] = 0

    @staticmethod
    def wrap(d):
        return (d + 0.5) % 1.0 - 0.5

    def hunter_obs(self):
        rel = self.wrap(self.r.unsqueeze(1) - self.h)
        seen = (rel.norm(dim=-1, keepdim=True) < 0.25).float()
        mates = self.wrap(self.h.mean(1, keepdim=True) - self.h)
        return torch.cat([(rel + 0.02 * torch.randn_like(rel)) * seen, seen, mates], -1)

    def runner_obs(self):
        rel = self.wrap(self.h - self.r.unsqueeze(1))
        seen = (rel.norm(dim=-1, keepdim=True) < 0.25).float()
        return (rel * seen).flatten(1)

    def step(self, hunt, run):
        self.h = (self.h + 0.012 * torch.tanh(hunt)) % 1.0
        self.r = (self.r + 0.018 * torch.tanh(run)) % 1.0
        gap = self.wrap(self.r.unsqueeze(1) - self.h).norm(dim=-1).min(1).values
        caught = gap < 0.03
        self.age += 1
        done = caught | (self.age >= self.limit)
        return caught.float() - 0.002, done, caught
