import torch


class QuadEnv:
    """Batched stand-in of a legged robot: track a commanded speed without falling."""

    num_obs, num_privileged, num_actions = 10, 12, 4

    def __init__(self, num_envs=256, max_episode_length=500):
        self.num_envs = num_envs
        self.max_episode_length = max_episode_length
        self.q = torch.zeros(num_envs, 4)
        self.vel = torch.zeros(num_envs)
        self.tilt = torch.zeros(num_envs)
        self.friction = torch.ones(num_envs)
        self.command = torch.zeros(num_envs)
        self.length = torch.zeros(num_envs, dtype=torch.long)
        self._restart(torch.ones(num_envs, dtype=torch.bool))
        self.length.random_(0, max_episode_length)

    def _restart(self, m):
        k = int(m.sum())
        self.q[m] = 0.1 * torch.randn(k, 4)
        self.vel[m] = 0.0
        self.tilt[m] = 0.05 * torch.randn(k)
        self.friction[m] = 0.4 + torch.rand(k)
        self.command[m] = torch.rand(k)
        self.length[m] = 0

    def observations(self):
        obs = torch.cat([self.q, self.q.sin(), self.command[:, None], self.tilt[:, None]], dim=1)
        return obs, torch.cat([obs, self.vel[:, None], self.friction[:, None]], dim=1)

    def step(self, actions):
        a = actions.clamp(-1, 1)
        self.q = 0.9 * self.q + 0.2 * a
        thrust = (self.q[:, 0] - self.q[:, 2]) * self.friction
        self.vel = 0.9 * self.vel + 0.2 * thrust
        self.tilt = self.tilt + 0.05 * (self.q[:, 1] - self.q[:, 3]) + 0.02 * torch.randn(self.num_envs)
        self.length += 1
        fallen = self.tilt.abs() > 0.6
        dones = fallen | (self.length >= self.max_episode_length)
        rew = torch.exp(-4 * (self.vel - self.command) ** 2) - 0.01 * a.pow(2).sum(1) - 2.0 * fallen.float()
        self._restart(dones)
        return (*self.observations(), rew, dones)
