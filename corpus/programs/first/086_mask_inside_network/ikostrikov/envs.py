import torch
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnvWrapper


class VecPyTorch(VecEnvWrapper):
    def __init__(self, venv, device):
        super().__init__(venv)
        self.device = device

    def reset(self):
        return torch.from_numpy(self.venv.reset()).float().to(self.device)

    def step_async(self, actions):
        self.venv.step_async(actions.cpu().numpy())

    def step_wait(self):
        obs, r, d, i = self.venv.step_wait()
        return torch.from_numpy(obs).float().to(self.device), torch.from_numpy(r).unsqueeze(1), d, i


def make_vec_envs(name, seed, n, device):
    return VecPyTorch(make_vec_env(name, n_envs=n, seed=seed), device)
