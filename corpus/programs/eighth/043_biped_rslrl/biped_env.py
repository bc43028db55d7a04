import torch
from rsl_rl.env import VecEnv


class BipedLineEnv(VecEnv):
    """A planar walker on rails of unknown slope, all environments in one tensor."""

    def __init__(self, num_envs: int, device: str = "cpu", max_episode_length: int = 1000):
        self.num_envs = num_envs
        self.num_actions = 2
        self.num_obs = 6
        self.num_privileged_obs = None
        self.max_episode_length = max_episode_length
        self.device = device
        self.dt = 0.02
        self.cfg = {"dt": self.dt}
        self.episode_length_buf = torch.zeros(num_envs, dtype=torch.long, device=device)
        self.joint = torch.zeros(num_envs, 2, device=device)
        self.velocity = torch.zeros(num_envs, 2, device=device)
        self.pitch = torch.zeros(num_envs, device=device)
        self.pitch_rate = torch.zeros(num_envs, device=device)
        self.slope = torch.zeros(num_envs, device=device)
        self.reset()

    def _reset_idx(self, ids):
        self.joint[ids] = 0.0
        self.velocity[ids] = 0.0
        self.pitch[ids] = 0.05 * torch.randn(len(ids), device=self.device)
        self.pitch_rate[ids] = 0.0
        self.slope[ids] = 0.2 * torch.rand(len(ids), device=self.device) - 0.1
        self.episode_length_buf[ids] = 0

    def _obs(self):
        state = [self.joint, self.velocity, self.pitch[:, None], self.pitch_rate[:, None]]
        return torch.cat(state, dim=1)

    def get_observations(self):
        return self._obs(), {"observations": {}}

    def reset(self):
        self._reset_idx(torch.arange(self.num_envs, device=self.device))
        return self.get_observations()

    def step(self, actions):
        torque = actions.clamp(-1, 1)
        self.velocity += self.dt * (20 * torque - 5 * self.joint - self.velocity)
        self.joint += self.dt * self.velocity
        self.pitch_rate += self.dt * (4 * torch.sin(self.pitch + self.slope) - 3 * torque.sum(dim=1))
        self.pitch += self.dt * self.pitch_rate
        self.episode_length_buf += 1
        gait = (self.velocity[:, 0] - self.velocity[:, 1]).abs() * 0.1
        fallen = self.pitch.abs() > 0.8
        timeout = self.episode_length_buf >= self.max_episode_length
        rewards = gait - self.pitch.abs() - 5.0 * fallen
        dones = fallen | timeout
        ids = dones.nonzero().flatten()
        if len(ids):
            self._reset_idx(ids)
        infos = {"observations": {}, "time_outs": timeout.float(), "fallen": int(fallen.sum())}
        return self._obs(), rewards, dones.long(), infos
