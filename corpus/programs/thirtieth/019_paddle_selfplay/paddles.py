import torch


class PaddleArena:
    """Two paddles, one ball, `num_envs` tables as tensor rows. Each side sees only a blurred ball position."""

    num_obs = 4
    num_actions = 3

    def __init__(self, num_envs, device, max_length=600):
        self.num_envs, self.device, self.max_length = num_envs, device, max_length
        self.ball = torch.zeros(num_envs, 2, device=device)
        self.vel = torch.zeros(num_envs, 2, device=device)
        self.pad = torch.zeros(num_envs, 2, device=device)
        self.progress = torch.zeros(num_envs, dtype=torch.long, device=device)

    def reset_idx(self, ids):
        k = len(ids)
        self.ball[ids] = 0.0
        side = torch.randint(0, 2, (k,), device=self.device) * 2.0 - 1
        self.vel[ids] = torch.stack([0.03 * side, 0.04 * (torch.rand(k, device=self.device) - 0.5)], 1)
        self.pad[ids] = 0.0
        self.progress[ids] = 0

    def reset(self):
        self.reset_idx(torch.arange(self.num_envs, device=self.device))
        return self.obs(0), self.obs(1)

    def obs(self, side):
        flip = 1.0 if side == 0 else -1.0
        blur = 0.05 * torch.randn_like(self.ball)
        b = self.ball + blur
        return torch.stack([b[:, 0] * flip, b[:, 1], self.pad[:, side], torch.ones_like(b[:, 0])], 1)

    def step(self, mine, theirs):
        move = torch.stack([mine, theirs], 1).float() - 1
        self.pad = (self.pad + 0.05 * move).clamp(-1, 1)
        self.ball = self.ball + self.vel
        bounce = self.ball[:, 1].abs() > 1
        self.vel[:, 1] = torch.where(bounce, -self.vel[:, 1], self.vel[:, 1])
        out0, out1 = self.ball[:, 0] < -1, self.ball[:, 0] > 1
        save0 = out0 & ((self.ball[:, 1] - self.pad[:, 0]).abs() < 0.15)
        save1 = out1 & ((self.ball[:, 1] - self.pad[:, 1]).abs() < 0.15)
        saved = save0 | save1
        self.vel[:, 0] = torch.where(saved, -self.vel[:, 0] * 1.03, self.vel[:, 0])
        self.ball[:, 0] = self.ball[:, 0].clamp(-1, 1)
        lost, won = out0 & ~save0, out1 & ~save1
        rew = won.float() - lost.float()
        self.progress += 1
        done = lost | won | (self.progress >= self.max_length)
        ids = done.nonzero(as_tuple=False).squeeze(-1)
        if len(ids) > 0:
            self.reset_idx(ids)
        return self.obs(0), self.obs(1), rew, done
