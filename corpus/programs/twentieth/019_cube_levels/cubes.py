import torch


class CubeTables:
    """Many tables at once. Tables take up the new level with their next reset."""

    def __init__(self, n, limit=300):
        self.n, self.limit, self.level = n, limit, 0
        self.hand = torch.zeros(n, 3)
        self.cube = torch.zeros(n, 3)
        self.goal = torch.zeros(n, 3)
        self.stacked = torch.zeros(n)
        self.needed = torch.ones(n)
        self.t = torch.zeros(n)
        self.restart(torch.ones(n, dtype=torch.bool))

    def restart(self, who):
        k = int(who.sum())
        self.hand[who] = torch.tensor([0.0, 0.0, 0.5])
        self.goal[who] = torch.cat([torch.rand(k, 2) - 0.5, torch.full((k, 1), 0.05)], 1)
        self.cube[who] = torch.cat([torch.rand(k, 2) - 0.5, torch.zeros(k, 1)], 1)
        self.stacked[who] = 0
        self.needed[who] = float(self.level + 1)
        self.t[who] = 0

    def obs(self):
        noisy = self.cube + 0.01 * self.level * torch.randn_like(self.cube)
        return torch.cat([self.hand, noisy, self.goal, self.stacked[:, None] / 4], 1)

    def step(self, action):
        action = action.clamp(-1, 1)
        self.hand = self.hand + 0.04 * action[:, :3]
        near = (self.hand - self.cube).norm(dim=1) < 0.06
        held = near & (action[:, 3] > 0)
        self.cube = torch.where(held[:, None], self.hand, self.cube)
        placed = near & ~held & ((self.cube - self.goal).norm(dim=1) < 0.07)
        k = int(placed.sum())
        self.stacked += placed
        self.goal[placed, 2] += 0.05
        self.cube[placed] = torch.cat([torch.rand(k, 2) - 0.5, torch.zeros(k, 1)], 1)
        self.t += 1
        won = self.stacked >= self.needed
        done = won | (self.t >= self.limit)
        reward = placed.float() - 0.1 * (self.hand - self.cube).norm(dim=1)
        if done.any():
            self.restart(done)
        return self.obs(), reward, done, won
