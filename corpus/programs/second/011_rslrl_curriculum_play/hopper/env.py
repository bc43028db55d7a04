import torch
from rsl_rl.env import VecEnv


class Hopper2D(VecEnv):
    """A batch of one-legged hoppers on bumpy ground, all in torch."""

    def __init__(self, num_envs, device="cpu", max_len=1000, bump=0.05):
        self.num_envs = num_envs
        self.num_obs = 8
        self.num_privileged_obs = None
        self.num_actions = 2
        self.device = device
        self.max_episode_length = max_len
        self.bump = bump
        self.cfg = {"bump": bump}
        self.episode_length_buf = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.q = torch.zeros(num_envs, 4, device=device)
        self.last_action = torch.zeros(num_envs, 2, device=device)
        self.command = torch.zeros(num_envs, 1, device=device)
        self._sample(torch.arange(num_envs, device=device))

    def _sample(self, ids):
        self.q[ids] = 0.0
        self.q[ids, 1] = 1.0 + 0.1 * torch.randn(len(ids), device=self.device)
        self.command[ids] = torch.rand(len(ids), 1, device=self.device)
        self.last_action[ids] = 0.0
        self.episode_length_buf[ids] = 0

    def ground(self, x):
        return self.bump * (torch.sin(3.1 * x) + torch.sin(7.3 * x))

    def get_observations(self):
        height = self.q[:, 1:2] - self.ground(self.q[:, 0:1])
        phase = torch.sin(self.q[:, 0:1])
        obs = torch.cat([height, self.q[:, 2:4], self.last_action, self.command, phase, torch.ones_like(phase)], dim=1)
        return obs, {"observations": {}}

    def reset(self):
        self._sample(torch.arange(self.num_envs, device=self.device))
        return self.get_observations()

    def step(self, actions):
        actions = actions.clamp(-1.0, 1.0)
        dt = 0.02
        on_ground = (self.q[:, 1] - self.ground(self.q[:, 0]) < 0.9).float()
        acc_x = 3.0 * actions[:, 0] * on_ground - 0.5 * self.q[:, 2]
        acc_z = -9.81 + on_ground * (18.0 + 8.0 * actions[:, 1])
        self.q[:, 2] += dt * acc_x
        self.q[:, 3] += dt * acc_z
        self.q[:, 0] += dt * self.q[:, 2]
        self.q[:, 1] += dt * self.q[:, 3]
        self.last_action = actions.detach()
        self.episode_length_buf += 1
        height = self.q[:, 1] - self.ground(self.q[:, 0])
        fell = (height < 0.4) | (height > 3.0)
        late = self.episode_length_buf >= self.max_episode_length
        reward = torch.exp(-4.0 * (self.q[:, 2] - self.command[:, 0]).abs()) - fell.float()
        dones = fell | late
        ids = dones.nonzero(as_tuple=False).flatten()
        if len(ids):
            self._sample(ids)
        obs, extras = self.get_observations()
        extras["time_outs"] = late
        extras["fell"] = fell
        return obs, reward, dones.long(), extras
