import torch


class Quadrotors:
    """n toy quadrotors, attitude only; everything is a tensor."""

    def __init__(self, n, dt=0.02, limit=500, seed=0):
        self.n, self.dt, self.limit = n, dt, limit
        self.gen = torch.Generator().manual_seed(seed)
        self.q, self.w, self.goal = (torch.zeros(n, 3) for _ in range(3))
        self.t = torch.zeros(n)
        self._renew(torch.ones(n, dtype=torch.bool))

    def _rand(self, k):
        return torch.randn(k, 3, generator=self.gen)

    def _renew(self, mask):
        k = int(mask.sum())
        self.q[mask], self.w[mask], self.goal[mask] = 0.2 * self._rand(k), 0.5 * self._rand(k), 0.3 * self._rand(k)
        self.t[mask] = 0

    def obs(self):
        gyro = self.w + 0.2 * self._rand(self.n)
        return torch.cat([self.q + 0.05 * self._rand(self.n), gyro, self.goal], -1)

    def step(self, u):
        torque = torch.stack([u[:, 0] - u[:, 1], u[:, 2] - u[:, 3], u.sum(-1) * 0.1], -1).clamp(-2, 2)
        self.w = self.w + self.dt * (8 * torque - 0.4 * self.w)
        self.q = self.q + self.dt * self.w
        self.t += 1
        err = (self.q - self.goal).norm(dim=-1)
        done = (err > 3) | (self.t >= self.limit)
        reward = torch.exp(-3 * err) - 0.01 * u.pow(2).sum(-1)
        self._renew(done)
        return self.obs(), reward, done
