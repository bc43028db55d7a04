import torch


class SumoRing:
    """N bouts at once; two discs push each other, whoever leaves the ring loses. Velocities are not shown."""

    MOVES = torch.tensor([[0., 0.], [1., 0.], [-1., 0.], [0., 1.], [0., -1.]])

    def __init__(self, n, radius=4.0, limit=200):
        self.n = n
        self.radius = radius
        self.limit = limit
        self.pos = torch.zeros(n, 2, 2)
        self.vel = torch.zeros(n, 2, 2)
        self.clock = torch.zeros(n)

    def reset(self):
        self._place(torch.ones(self.n, dtype=torch.bool))
        return self.view(0), self.view(1)

    def _place(self, rows):
        k = int(rows.sum())
        angle = torch.rand(k) * 6.2832
        side = torch.stack([angle.cos(), angle.sin()], -1) * 1.5
        self.pos[rows] = torch.stack([side, -side], 1)
        self.vel[rows] = 0.0
        self.clock[rows] = 0.0

    def view(self, who):
        me, other = self.pos[:, who], self.pos[:, 1 - who]
        return torch.cat([me, other - me], -1) / self.radius

    def step(self, left, right):
        push = torch.stack([self.MOVES[left], self.MOVES[right]], 1)
        self.vel = 0.85 * self.vel + 0.12 * push
        self.pos = self.pos + self.vel
        gap = self.pos[:, 0] - self.pos[:, 1]
        dist = gap.norm(dim=-1, keepdim=True).clamp(min=1e-3)
        touch = (dist < 1.0).float()
        bump = touch * (1.0 - dist) * gap / dist
        self.pos[:, 0] += bump
        self.pos[:, 1] -= bump
        self.vel[:, 0] += 0.5 * bump
        self.vel[:, 1] -= 0.5 * bump
        self.clock += 1
        out = self.pos.norm(dim=-1) > self.radius
        reward = out[:, 1].float() - out[:, 0].float()
        done = out.any(-1) | (self.clock >= self.limit)
        if done.any():
            self._place(done)
        return self.view(0), self.view(1), reward, done.float()
