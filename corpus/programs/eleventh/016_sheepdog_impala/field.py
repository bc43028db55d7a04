import torch


class SheepField:
    """One dog, one sheep on a line of pasture; the sheep hides behind hedges part of the time."""

    obs_size = 3
    actions = 3

    def __init__(self, seed):
        self.g = torch.Generator().manual_seed(seed)

    def rand(self):
        return torch.rand(1, generator=self.g).item()

    def reset(self):
        self.dog, self.sheep, self.pen = 0.0, self.rand() * 4 - 2, self.rand() * 4 - 2
        self.t = 0
        return self.view()

    def view(self):
        hidden = (self.sheep * 2) % 1 < 0.4
        return torch.tensor([self.dog, 0.0 if hidden else self.sheep, self.pen])

    def step(self, a):
        self.t += 1
        self.dog += 0.15 * (a - 1)
        gap = self.sheep - self.dog
        if abs(gap) < 0.8:
            self.sheep += 0.1 if gap > 0 else -0.1
        self.sheep += 0.05 * (self.rand() - 0.5)
        home = abs(self.sheep - self.pen) < 0.1
        return self.view(), 1.0 if home else -0.01, home or self.t >= 300
