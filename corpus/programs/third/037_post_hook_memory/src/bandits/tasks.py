import torch


class DriftingBandits:
    """Arms drift; a task ends after `horizon` pulls with probability one half, so lengths differ."""

    def __init__(self, n, arms=5, horizon=60, drift=0.02):
        self.n, self.arms, self.horizon, self.drift = n, arms, horizon, drift
        self.p = torch.rand(n, arms)
        self.t = torch.zeros(n, dtype=torch.long)

    def pull(self, a):
        r = torch.bernoulli(self.p.gather(1, a.unsqueeze(1)).squeeze(1))
        self.p = (self.p + self.drift * torch.randn_like(self.p)).clamp(0, 1)
        self.t += 1
        over = (self.t >= self.horizon) & (torch.rand(self.n) < 0.5)
        self.p[over] = torch.rand(int(over.sum()), self.arms)
        self.t[over] = 0
        return r, over
