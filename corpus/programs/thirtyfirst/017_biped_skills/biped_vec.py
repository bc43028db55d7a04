import torch


class BipedVec:
    """Planar stand-in of a biped: a lean angle per robot, a commanded speed, hidden ground softness."""

    num_obs, num_actions = 8, 2
    dt = 0.02

    def __init__(self, num_envs, device, max_episode_s=20.0):
        self.num_envs, self.device = num_envs, device
        self.max_len = int(max_episode_s / self.dt)
        self.lean = torch.zeros(num_envs, device=device)
        self.rate = torch.zeros(num_envs, device=device)
        self.speed = torch.zeros(num_envs, device=device)
        self.soft = torch.zeros(num_envs, device=device)
        self.command = torch.zeros(num_envs, device=device)
        self.length = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.last = torch.zeros(num_envs, self.num_actions, device=device)

    def _reset_idx(self, idx):
        n = len(idx)
        self.lean[idx] = 0.1 * torch.randn(n, device=self.device)
        self.rate[idx] = 0.0
        self.speed[idx] = 0.0
        self.soft[idx] = torch.rand(n, device=self.device)
        self.length[idx] = 0
        self.last[idx] = 0.0

    def reset(self):
        self._reset_idx(torch.arange(self.num_envs, device=self.device))
        return self.get_observations()

    def get_observations(self):
        phase = self.length * self.dt * 2 * torch.pi
        return torch.stack([self.lean, self.rate, self.speed, self.command, torch.sin(phase), torch.cos(phase),
                            self.last[:, 0], self.last[:, 1]], dim=1)

    def step(self, actions):
        a = actions.clamp(-1, 1)
        push = a[:, 0] * (1 - 0.5 * self.soft)
        self.rate += self.dt * (9.81 * torch.sin(self.lean) - 12 * push - 0.4 * self.rate)
        self.lean += self.dt * self.rate
        self.speed += self.dt * (3 * a[:, 1] - self.speed - 2 * self.soft * self.speed.abs())
        self.last = a
        self.length += 1
        fell = self.lean.abs() > 0.8
        dones = fell | (self.length >= self.max_len)
        reward = torch.exp(-4 * (self.speed - self.command) ** 2) - 0.1 * self.lean.abs() - 5.0 * fell
        idx = dones.nonzero().flatten()
        if len(idx):
            self._reset_idx(idx)
        return self.get_observations(), reward, dones, {"fell": int(fell.sum())}
