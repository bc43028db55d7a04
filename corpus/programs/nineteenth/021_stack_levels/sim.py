import torch


class BatchStack:
    """N tables at once. Each has a gripper over a row of places, the blocks have to be put onto place 0 in
    falling size; the sizes are felt only while a block is held."""

    def __init__(self, n, device="cpu"):
        self.n, self.device = n, device
        self.blocks = 2
        self.limit = 30
        self.sizes = torch.zeros(n, 6, device=device)
        self.where = torch.zeros(n, 6, dtype=torch.long, device=device)
        self.grip = torch.zeros(n, dtype=torch.long, device=device)
        self.held = torch.full((n,), -1, device=device)
        self.placed = torch.zeros(n, device=device)
        self.top = torch.ones(n, device=device)
        self.t = torch.zeros(n, device=device)

    def set_level(self, blocks):
        self.blocks = blocks
        self.limit = 15 * blocks

    def reset(self, mask=None):
        idx = torch.arange(self.n) if mask is None else mask.nonzero().view(-1)
        for i in idx.tolist():
            self.sizes[i] = torch.rand(6)
            self.where[i] = torch.tensor([j + 1 if j < self.blocks else -1 for j in range(6)])
            self.grip[i], self.held[i] = 1, -1
            self.placed[i], self.top[i], self.t[i] = 0, 1, 0
        return self.observe()

    def observe(self):
        rows = torch.arange(self.n)
        felt = torch.where(self.held >= 0, self.sizes[rows, self.held.clamp(min=0)], torch.zeros(self.n))
        full = (self.where == self.grip[:, None]).any(1).float()
        return torch.stack([self.grip / 6, (self.held >= 0).float(), felt, full, self.placed / 6], 1)

    def step(self, action):
        self.grip = (self.grip + (action == 0).long() - (action == 1).long()).clamp(0, 6)
        reward = torch.full((self.n,), -0.01)
        for i in (action == 2).nonzero().view(-1).tolist():
            g = int(self.grip[i])
            if self.held[i] < 0:
                here = (self.where[i] == g).nonzero().view(-1)
                if g > 0 and len(here):
                    self.held[i] = here[0]
                    self.where[i, here[0]] = -1
            elif g > 0:
                if not (self.where[i] == g).any():
                    self.where[i, self.held[i]] = g
                    self.held[i] = -1
            else:
                size = self.sizes[i, self.held[i]]
                reward[i] += 1.0 if size <= self.top[i] else -1.0
                self.top[i] = torch.minimum(self.top[i], size)
                self.placed[i] += 1
                self.held[i] = -1
        self.t += 1
        solved = self.placed >= self.blocks
        done = solved | (self.t >= self.limit)
        perfect = solved & (reward > 0)
        return reward, done, perfect
