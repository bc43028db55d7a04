import torch


class ConvoySim:
    def __init__(self, seed):
        self.g = torch.Generator().manual_seed(seed)

    def reset(self):
        self.s = torch.rand(10, generator=self.g)
        self.k = 0
        return self.s.clone()

    def step(self, a):
        kick = torch.zeros(10)
        kick[a] = 0.1
        self.s = (self.s + kick + 0.05 * torch.randn(10, generator=self.g)).clamp(-1, 2)
        self.k += 1
        reward = float(self.s[5:].mean() - self.s[:5].abs().mean())
        return self.s.clone(), reward, self.k >= 250
