import torch
from rsl_rl.env import VecEnv


class GlacierVecEnv(VecEnv):
    def __init__(self, num_envs, device="cpu", max_len=800):
        self.num_envs = num_envs
        self.device = device
        self.num_obs, self.num_privileged_obs, self.num_actions = 8, None, 3
        self.max_episode_length = max_len
        self.cfg = {}
        self.reset()

    def reset(self):
        n, d = self.num_envs, self.device
        self.episode_length_buf = torch.zeros(n, dtype=torch.long, device=d)
        self.alt = torch.full((n,), 2700.0, device=d)
        self.drill = torch.zeros(n, device=d)
        self.ice = torch.rand(n, 5, device=d)
        return self.get_observations()

    def mean_altitude(self):
        return self.alt.mean().item()

    def get_observations(self):
        t = self.episode_length_buf / self.max_episode_length
        o = torch.cat([(self.alt / 3000)[:, None], self.drill[:, None], t[:, None], self.ice], 1)
        return o, {"observations": {}}

    def step(self, actions):
        go, bore = actions[:, 0].tanh(), actions[:, 1].sigmoid()
        self.alt = self.alt - go
        self.drill = self.drill + 0.05 * bore * (1 - go.abs())
        cored = (self.drill > 1).float()
        self.drill = self.drill * (1 - cored)
        self.ice = (self.ice + 0.02 * torch.randn_like(self.ice)).clamp(0, 1)
        self.episode_length_buf += 1
        dones = (self.episode_length_buf >= self.max_episode_length) | (self.alt < 2000)
        self.episode_length_buf[dones] = 0
        self.alt[dones] = 2700.0
        self.drill[dones] = 0
        obs, extras = self.get_observations()
        extras["cored"] = cored
        return obs, cored - 0.001 * bore, dones, extras
