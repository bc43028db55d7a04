import torch


class Theatre:
    """A batch of simulated patients under propofol, differentiable, 10 s per step."""

    def __init__(self, n, generator=None):
        def normal(mean, sd):
            return mean * torch.exp(sd * torch.randn(n, generator=generator))

        self.n = n
        self.gen = generator
        self.k10, self.k12, self.k21 = normal(0.12, 0.2), normal(0.11, 0.2), normal(0.055, 0.2)
        self.ke0, self.ec50 = normal(0.3, 0.3), normal(3.4, 0.25)
        self.c1 = torch.zeros(n)
        self.c2 = torch.zeros(n)
        self.ce = torch.zeros(n)

    def depth(self):
        e = (self.ce.clamp(min=0) + 1e-6).pow(2.5)
        return 95 * (1 - e / (e + self.ec50.pow(2.5)))

    def shown(self):
        noise = 3 * torch.randn(self.n, generator=self.gen)
        return torch.stack([(self.depth() + noise - 50) / 30], dim=1)

    def give(self, rate):
        dt = 1 / 6
        d1 = rate - (self.k10 + self.k12) * self.c1 + self.k21 * self.c2
        d2 = self.k12 * self.c1 - self.k21 * self.c2
        self.ce = self.ce + dt * self.ke0 * (self.c1 - self.ce)
        self.c1 = self.c1 + dt * d1
        self.c2 = self.c2 + dt * d2
