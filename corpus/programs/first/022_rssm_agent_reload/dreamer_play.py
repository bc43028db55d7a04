import argparse
import pathlib
import time

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F


class RSSM(nn.Module):
    def __init__(self, n_act, embed=256, deter=200, stoch=30):
        super().__init__()
        self.deter, self.stoch = deter, stoch
        self.inp = nn.Linear(stoch + n_act, deter)
        self.cell = nn.GRUCell(deter, deter)
        self.prior = nn.Linear(deter, 2 * stoch)
        self.post = nn.Linear(deter + embed, 2 * stoch)

    def initial(self, n):
        return dict(deter=torch.zeros(n, self.deter), stoch=torch.zeros(n, self.stoch))

    def obs_step(self, prev, action, embed):
        x = F.elu(self.inp(torch.cat([prev["stoch"], action], -1)))
        deter = self.cell(x, prev["deter"])
        mean, std = self.post(torch.cat([deter, embed], -1)).chunk(2, -1)
        stoch = mean + F.softplus(std) * torch.randn_like(mean)
        return dict(deter=deter, stoch=stoch)


class WorldAgent(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.encoder = nn.Sequential(nn.Linear(n_obs, 256), nn.ELU())
        self.rssm = RSSM(n_act)
        self.actor = nn.Sequential(nn.Linear(230, 200), nn.ELU(), nn.Linear(200, n_act), nn.Tanh())

    def policy(self, obs, latent, action):
        embed = self.encoder(obs)
        latent = self.rssm.obs_step(latent, action, embed)
        feat = torch.cat([latent["deter"], latent["stoch"]], -1)
        return self.actor(feat), latent


class Driver:
    """steps n envs with the agent; knows nothing about training"""

    def __init__(self, env, agent, logdir):
        self.env, self.agent = env, agent
        self.logdir = pathlib.Path(logdir)
        self.step_no = 0
        self._version = -1
        self._obs = env.reset()
        self._latent = agent.rssm.initial(env.n)
        self._action = torch.zeros(env.n, env.act_dim)

    def refresh(self):
        ckpt = self.logdir / "latest.pt"
        if not ckpt.exists():
            return False
        data = torch.load(ckpt, map_location="cpu")
        if data["version"] == self._version:
            return False
        missing = self.agent.load_state_dict(data["agent"], strict=False)
        if missing.missing_keys:
            print("missing", missing.missing_keys[:3])
        self._version = data["version"]
        return True

    @torch.no_grad()
    def run(self, n):
        eps = []
        for _ in range(n):
            if self.step_no % 1000 == 0:
                self.refresh()
            self.step_no += 1
            obs = torch.as_tensor(np.stack(self._obs), dtype=torch.float32)
            self._action, self._latent = self.agent.policy(obs, self._latent, self._action)
            self._obs, rew, done = self.env.step(self._action.numpy())
            eps.append(rew)
            mask = 1 - torch.as_tensor(done, dtype=torch.float32).unsqueeze(-1)
            self._latent = {k: v * mask for k, v in self._latent.items()}
            self._action = self._action * mask
        return np.mean(eps)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--logdir", default="logdir/walker")
    p.add_argument("--n", type=int, default=4)
    a = p.parse_args()
    from dmc_batch import BatchEnv

    env = BatchEnv("walker_walk", a.n)
    drv = Driver(env, WorldAgent(env.obs_dim, env.act_dim), a.logdir)
    while True:
        print(time.strftime("%H:%M:%S"), drv.step_no, drv.run(5000))
