"""Two ships per sector, all sectors in one tensor."""
import torch


class Arena:
    obs_dim = 9
    n_actions = 5

    def __init__(self, n, horizon=300, device="cpu"):
        self.n, self.horizon, self.device = n, horizon, device
        self.pos = torch.zeros(n, 2, 2, device=device)
        self.vel = torch.zeros(n, 2, 2, device=device)
        self.hull = torch.ones(n, 2, device=device)
        self.t = torch.zeros(n, dtype=torch.long, device=device)
        self.reset(torch.ones(n, dtype=torch.bool, device=device))

    def reset(self, which):
        k = int(which.sum())
        self.pos[which] = torch.rand(k, 2, 2, device=self.device) * 2 - 1
        self.vel[which] = 0.0
        self.hull[which] = 1.0
        self.t[which] = 0

    def view(self, side):
        me, foe = side, 1 - side
        gap = self.pos[:, foe] - self.pos[:, me]
        dist = gap.norm(dim=-1, keepdim=True)
        seen = (dist < 0.8).float()
        return torch.cat([self.pos[:, me], self.vel[:, me], gap * seen, seen, self.hull[:, [me]], self.hull[:, [foe]]], -1)

    def step(self, act_a, act_b):
        push = torch.tensor([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]], dtype=torch.float32, device=self.device)
        acts = torch.stack([act_a, act_b], 1)
        self.vel = 0.9 * self.vel + 0.02 * push[acts]
        self.pos = (self.pos + self.vel).clamp(-1, 1)
        close = (self.pos[:, 0] - self.pos[:, 1]).norm(dim=-1) < 0.15
        speed = self.vel.norm(dim=-1)
        hurt = torch.zeros_like(self.hull)
        hurt[:, 0] = close * 0.1 * (speed[:, 1] > speed[:, 0])
        hurt[:, 1] = close * 0.1 * (speed[:, 0] >= speed[:, 1])
        self.hull = self.hull - hurt
        self.t += 1
        reward = hurt[:, 1] - hurt[:, 0]
        done = (self.hull <= 0).any(1) | (self.t >= self.horizon)
        won = self.hull[:, 0] > self.hull[:, 1]
        self.reset(done)
        return reward, done, won
