import torch


class Treadmill:
    """Batch of walkers on a treadmill with hip assistance; belt speed changes without notice."""

    num_obs, num_act = 5, 2

    def __init__(self, n, device="cpu"):
        self.n, self.device = n, device
        self.all = torch.ones(n, dtype=torch.bool, device=device)
        self.state = torch.zeros(n, 4, device=device)
        self.speed = torch.ones(n, device=device)
        self.reset_rows(self.all)

    def reset_rows(self, rows):
        k = int(rows.sum())
        self.state[rows] = 0.05 * torch.randn(k, 4, device=self.device)
        self.speed[rows] = 0.6 + 0.8 * torch.rand(k, device=self.device)

    def observe(self):
        load = (self.state[:, :1] > self.state[:, 1:2]).float()
        return torch.cat([self.state + 0.02 * torch.randn_like(self.state), load], 1)

    def step(self, act):
        q, dq = self.state[:, :2], self.state[:, 2:]
        sign = torch.tensor([1.0, -1.0], device=self.device)
        ref = 0.5 * sign * torch.sin(3 * self.speed)[:, None]
        dq = dq + 0.02 * (8 * (ref - q) + 4 * act - 1.5 * dq)
        q = q + 0.02 * dq
        self.state = torch.cat([q, dq], 1)
        jump = torch.rand(self.n, device=self.device) < 0.002
        self.speed[jump] = 0.6 + 0.8 * torch.rand(int(jump.sum()), device=self.device)
        fell = q.abs().amax(1) > 1.2
        rew = 1 - (ref - q).pow(2).sum(1) - 0.05 * act.pow(2).sum(1) - 5 * fell.float()
        if fell.any():
            self.reset_rows(fell)
        return self.observe(), rew, fell
