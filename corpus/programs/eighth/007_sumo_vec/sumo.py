import torch


class SumoRing:
    """``num_envs`` rings at once, everything a tensor. East is the learner, west the rival."""

    obs_dim = 5
    act_dim = 5

    def __init__(self, num_envs, device="cpu", max_steps=200):
        self.n = num_envs
        self.device = device
        self.max_steps = max_steps
        self.pos = torch.zeros(num_envs, 2, device=device)
        self.vel = torch.zeros(num_envs, 2, device=device)
        self.t = torch.zeros(num_envs, dtype=torch.long, device=device)

    def reset(self):
        self._reset_rows(torch.ones(self.n, dtype=torch.bool, device=self.device))
        return self._obs()

    def _reset_rows(self, rows):
        k = int(rows.sum())
        start = torch.tensor([-0.3, 0.3], device=self.device)
        self.pos[rows] = start + 0.05 * torch.randn(k, 2, device=self.device)
        self.vel[rows] = 0.0
        self.t[rows] = 0

    def _obs(self):
        gap = (self.pos[:, 1] - self.pos[:, 0]).unsqueeze(1)
        time = (self.t.float() / self.max_steps).unsqueeze(1)
        east = torch.cat([self.pos[:, :1], self.vel[:, :1], gap, self.vel[:, 1:], time], 1)
        west = torch.cat([-self.pos[:, 1:], -self.vel[:, 1:], gap, -self.vel[:, :1], time], 1)
        return east, west

    def step(self, a_east, a_west):
        push = torch.stack([(a_east - 2).float(), -(a_west - 2).float()], 1)
        self.vel = 0.8 * self.vel + 0.02 * push
        touching = (self.pos[:, 1] - self.pos[:, 0]) < 0.1
        mean = self.vel.mean(1, keepdim=True)
        self.vel = torch.where(touching.unsqueeze(1), mean.expand_as(self.vel), self.vel)
        self.pos = self.pos + self.vel
        self.t += 1
        out_east = self.pos[:, 0] < -1.0
        out_west = self.pos[:, 1] > 1.0
        done = out_east | out_west | (self.t >= self.max_steps)
        reward = out_west.float() - out_east.float()
        self._reset_rows(done)
        return self._obs(), reward, done
