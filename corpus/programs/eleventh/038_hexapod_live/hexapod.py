import torch
from rsl_rl.env import VecEnv
from tensordict import TensorDict


class Hexapod(VecEnv):
    def __init__(self, num_envs: int, device: str = "cpu"):
        self.num_envs, self.device = num_envs, device
        self.num_actions = 6
        self.max_episode_length = 1000
        self.cfg = {"name": "hexapod"}
        self.episode_length_buf = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.phase = 6.28 * torch.rand(num_envs, 6, device=device)
        self.slip = 0.5 * torch.rand(num_envs, 1, device=device)
        self.tilt = torch.zeros(num_envs, device=device)

    def get_observations(self) -> TensorDict:
        feet = torch.sin(self.phase)
        obs = torch.cat([feet, self.tilt[:, None]], -1)
        return TensorDict({"proprio": obs}, batch_size=[self.num_envs], device=self.device)

    def step(self, actions: torch.Tensor):
        self.phase = self.phase + 0.2 * (1 + actions.clamp(-1, 1)) * (1 - self.slip)
        feet = torch.sin(self.phase)
        left, right = feet[:, :3].mean(1), feet[:, 3:].mean(1)
        self.tilt = 0.9 * self.tilt + 0.1 * (left - right)
        speed = (feet > 0).float().mean(1) * actions.mean(1)
        reward = speed - 2.0 * self.tilt.abs()

        self.episode_length_buf += 1
        timeout = self.episode_length_buf >= self.max_episode_length
        done = timeout | (self.tilt.abs() > 0.6)
        n = int(done.sum())
        if n:
            self.phase[done] = 6.28 * torch.rand(n, 6, device=self.device)
            self.slip[done] = 0.5 * torch.rand(n, 1, device=self.device)
            self.tilt[done] = 0.0
            self.episode_length_buf[done] = 0
        return self.get_observations(), reward, done.long(), {"time_outs": timeout}
