import torch


class LiftBank:
    """n buildings with one lift of `floors` floors each, stepped as tensors. A shift takes `shift` decisions."""
    n_actions = 3

    def __init__(self, n, floors=10, shift=600, seed=0):
        self.n, self.floors, self.shift = n, floors, shift
        self.gen = torch.Generator().manual_seed(seed)
        self.obs_dim = floors + 3

    def reset(self):
        self.waiting = torch.zeros(self.n, self.floors)
        self.at = torch.zeros(self.n, dtype=torch.long)
        self.load = torch.zeros(self.n)
        self.tick = torch.randint(0, self.shift, (self.n,), generator=self.gen)
        return self.look()

    def look(self):
        # the panel only shows that somebody pressed, not how many wait
        pressed = (self.waiting > 0).float()
        extra = torch.stack([self.at / self.floors, self.load / 8, self.tick / self.shift], dim=1)
        return torch.cat([pressed, extra], dim=1)

    def step(self, a):
        self.at = (self.at + (a == 0).long() - (a == 1).long()).clamp(0, self.floors - 1)
        rows = torch.arange(self.n)
        stop = (a == 2).float()
        lobby = (self.at == 0).float()
        delivered = stop * lobby * self.load
        self.load = self.load - delivered
        boarding = stop * (1 - lobby) * torch.minimum(self.waiting[rows, self.at], 8 - self.load)
        self.waiting[rows, self.at] -= boarding
        self.load = self.load + boarding
        self.waiting += (torch.rand(self.n, self.floors, generator=self.gen) < 0.03).float()
        self.tick += 1
        done = self.tick >= self.shift
        if done.any():
            self.waiting[done] = 0
            self.load[done] = 0
            self.at[done] = 0
            self.tick[done] = 0
        reward = delivered - 0.02 * self.waiting.sum(1)
        return self.look(), reward, done.float()
