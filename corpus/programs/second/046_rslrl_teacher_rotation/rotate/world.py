import torch
from rsl_rl.env import VecEnv


class SlopeWorld(VecEnv):
    """Carts on slopes whose angle is hidden; batched torch."""

    def __init__(self, num_envs, device="cpu", max_len=500):
        self.num_envs, self.device, self.max_episode_length = num_envs, device, max_len
        self.num_actions = 1
        self.num_obs = 3
        self.num_privileged_obs = None
        self.cfg = {}
        self.episode_length_buf = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.pos = torch.zeros(num_envs, device=device)
        self.vel = torch.zeros(num_envs, device=device)
        self.slope = torch.zeros(num_envs, device=device)
        self.last = torch.zeros(num_envs, device=device)
        self.hardness = 0.3
        self._renew(torch.arange(num_envs, device=device))

    def _renew(self, ids):
        self.pos[ids] = torch.rand(len(ids), device=self.device) * 2 - 1
        self.vel[ids] = 0.0
        self.last[ids] = 0.0
        self.slope[ids] = (torch.rand(len(ids), device=self.device) * 2 - 1) * self.hardness
        self.episode_length_buf[ids] = 0

    def get_observations(self):
        return torch.stack([self.pos, self.last, torch.ones_like(self.pos)], dim=1), {"observations": {}}

    def reset(self):
        self._renew(torch.arange(self.num_envs, device=self.device))
        return self.get_observations()

    def step(self, actions):
        push = actions[:, 0].clamp(-1, 1)
        self.vel = 0.98 * self.vel + 0.02 * (3.0 * push - 9.81 * torch.sin(self.slope))
        self.pos = self.pos + 0.02 * self.vel
        self.last = push
        self.episode_length_buf += 1
        late = self.episode_length_buf >= self.max_episode_length
        off = self.pos.abs() > 3.0
        reward = 1.0 - self.pos.abs() - 0.01 * push.pow(2)
        ids = (late | off).nonzero(as_tuple=False).flatten()
        if len(ids):
            self._renew(ids)
        obs, extras = self.get_observations()
        extras["time_outs"] = late
        return obs, reward, (late | off).long(), extras
