import torch


class Fields:
    """A batch of plots; one season is 120 days. Actions: no water, 5 mm, 15 mm."""

    DOSE = torch.tensor([0.0, 5.0, 15.0])

    def __init__(self, n, season=120):
        self.n, self.season = n, season
        self.day = torch.randint(0, season, (n,))
        self.moist = torch.full((n,), 0.5)
        self.grown = torch.zeros(n)

    def observe(self):
        sensor = self.moist + 0.15 * torch.randn(self.n)
        return torch.stack([sensor, self.day / self.season, torch.rand(self.n)], dim=1)

    def step(self, action):
        mm = self.DOSE[action]
        rain = (torch.rand(self.n) < 0.2).float() * 10 * torch.rand(self.n)
        self.moist = (self.moist + (mm + rain) / 100 - 0.04).clamp(0, 1)
        growth = 1 - (self.moist - 0.55).abs() * 2
        self.grown += growth
        self.day += 1
        done = self.day >= self.season
        reward = 0.1 * growth - 0.004 * mm
        self.day[done] = 0
        self.moist[done] = 0.5
        self.grown[done] = 0.0
        return self.observe(), reward, done
