import torch
from rsl_rl.env import VecEnv
from tensordict import TensorDict


class StairsEnv(VecEnv):
    """Body height control on stairs that are only felt through the legs."""

    def __init__(self, num_envs, device="cpu"):
        self.num_envs = num_envs
        self.num_actions = 4
        self.max_episode_length = 500
        self.device = device
        self.cfg = {"task": "stairs"}
        self.episode_length_buf = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.legs = torch.zeros(num_envs, 4, device=device)
        self.height = torch.zeros(num_envs, device=device)
        self.step_size = torch.zeros(num_envs, device=device)
        self.reset()

    def _reset_idx(self, idx):
        self.legs[idx] = 0.0
        self.height[idx] = 0.3
        self.step_size[idx] = 0.05 + 0.15 * torch.rand(len(idx), device=self.device)
        self.episode_length_buf[idx] = 0

    def reset(self):
        self._reset_idx(torch.arange(self.num_envs, device=self.device))
        return self.get_observations()

    def get_observations(self):
        obs = torch.cat([self.legs, self.height.unsqueeze(1)], dim=1)
        obs = obs + 0.02 * torch.randn_like(obs)
        return TensorDict({"policy": obs}, batch_size=[self.num_envs], device=self.device)

    def step(self, actions):
        self.legs = 0.8 * self.legs + 0.2 * actions.clamp(-1, 1)
        on_step = (self.episode_length_buf % 25 == 0).float()
        self.height = self.height + 0.05 * self.legs.mean(1) - on_step * self.step_size
        self.height = self.height + 0.02
        self.episode_length_buf += 1
        rewards = torch.exp(-20 * (self.height - 0.3) ** 2)
        fallen = (self.height < 0.0) | (self.height > 0.7)
        time_outs = self.episode_length_buf >= self.max_episode_length
        dones = fallen | time_outs
        idx = dones.nonzero().flatten()
        if len(idx) > 0:
            self._reset_idx(idx)
        return self.get_observations(), rewards, dones.long(), {"time_outs": time_outs & ~fallen}
