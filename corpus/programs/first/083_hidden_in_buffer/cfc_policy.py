import argparse
import os

import gymnasium as gym
import numpy as np
import torch
from torch import nn


class StatefulGRU(nn.Module):
    """Policy with memory for export: one call = one control step."""

    def __init__(self, n_obs, n_act, n_envs, size=128):
        super().__init__()
        self.size, self.n_envs = size, n_envs
        self.register_buffer("obs_mean", torch.zeros(n_obs))
        self.register_buffer("obs_std", torch.ones(n_obs))
        self.register_buffer("hidden", torch.zeros(n_envs, size))
        self.enc = nn.Linear(n_obs, size)
        self.cell = nn.GRUCell(size, size)
        self.mu = nn.Linear(size, n_act)
        self.log_std = nn.Parameter(torch.zeros(n_act))

    def reset_rows(self, done):
        self.hidden = self.hidden * (1.0 - done.float()).unsqueeze(-1)

    def forward(self, obs):
        x = torch.tanh(self.enc((obs - self.obs_mean) / self.obs_std))
        self.hidden = self.cell(x, self.hidden)
        return torch.distributions.Normal(self.mu(self.hidden), self.log_std.exp())

    def detach_(self):
        self.hidden = self.hidden.detach()


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--env", default="Pendulum-v1")
    p.add_argument("--n", type=int, default=16)
    p.add_argument("--init", default=None)
    p.add_argument("--iters", type=int, default=5000)
    a = p.parse_args()
    venv = gym.make_vec(a.env, num_envs=a.n)
    pi = StatefulGRU(venv.single_observation_space.shape[0], venv.single_action_space.shape[0], a.n)
    if a.init:
        pi.load_state_dict(torch.load(a.init, map_location="cpu"))
    opt = torch.optim.Adam(pi.parameters(), 3e-4)
    obs, _ = venv.reset()
    for it in range(a.iters):
        lps, rs = [], []
        pi.detach_()
        for _ in range(32):
            d = pi(torch.as_tensor(obs, dtype=torch.float32))
            act = d.sample()
            obs, r, te, tr, _ = venv.step(np.clip(act.numpy(), -2, 2))
            lps.append(d.log_prob(act).sum(-1))
            rs.append(torch.as_tensor(r, dtype=torch.float32))
            pi.reset_rows(torch.as_tensor(te | tr))
        R = torch.stack(rs).flip(0).cumsum(0).flip(0)
        loss = -(torch.stack(lps) * (R - R.mean()) / (R.std() + 1e-6)).mean()
        opt.zero_grad()
        loss.backward()
        opt.step()
        if it % 200 == 0:
            os.makedirs("out", exist_ok=True)
            torch.save(pi.state_dict(), f"out/{it}.pt")
            print(it, float(torch.stack(rs).mean()))


if __name__ == "__main__":
    main()
