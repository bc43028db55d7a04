from dataclasses import dataclass, field

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

import warehouse_gym  # noqa: F401  registers PickAisle-v1


class PickerNet(nn.Module):
    def __init__(self, n_obs, n_act, hidden):
        super().__init__()
        self.hidden = hidden
        self.enc = nn.Sequential(nn.Linear(n_obs, hidden), nn.Tanh())
        self.rnn = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, n_act)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, state):
        h, c = self.rnn(self.enc(x), state)
        return self.pi(h), self.v(h).squeeze(-1), (h, c)


@dataclass
class Hyper:
    lr: float = 7e-4
    ent: float = 0.01
    gamma: float = 0.99

    def perturbed(self, rng):
        f = lambda: rng.choice([0.8, 1.25])
        return Hyper(self.lr * f(), self.ent * f(), min(0.999, 1 - (1 - self.gamma) * f()))


class Member:
    def __init__(self, idx, env_id, n_envs, hidden, hyper, device):
        self.idx = idx
        self.device = device
        self.envs = gym.make_vec(env_id, num_envs=n_envs)
        n_obs = self.envs.single_observation_space.shape[0]
        n_act = self.envs.single_action_space.n
        self.net = PickerNet(n_obs, n_act, hidden).to(device)
        self.hyper = hyper
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=hyper.lr, eps=1e-5)
        self.obs, _ = self.envs.reset(seed=100 * idx)
        z = torch.zeros(n_envs, hidden, device=device)
        self.state = (z, z.clone())
        self.mask = torch.ones(n_envs, 1, device=device)
        self.ret = np.zeros(n_envs)
        self.score = -np.inf

    def train(self, n_updates, n_steps=16):
        finished = []
        for _ in range(n_updates):
            self.state = tuple(s.detach() for s in self.state)
            logps, vals, ents, rews, masks = [], [], [], [], []
            for _ in range(n_steps):
                x = torch.as_tensor(self.obs, dtype=torch.float32, device=self.device)
                state = tuple(s * self.mask for s in self.state)
                logits, v, self.state = self.net(x, state)
                dist = Categorical(logits=logits)
                a = dist.sample()
                self.obs, r, term, trunc, _ = self.envs.step(a.cpu().numpy())
                done = term | trunc
                self.ret += r
                finished += self.ret[done].tolist()
                self.ret[done] = 0.0
                self.mask = torch.as_tensor(1.0 - done, dtype=torch.float32,
                                            device=self.device).unsqueeze(1)
                logps.append(dist.log_prob(a))
                vals.append(v)
                ents.append(dist.entropy())
                rews.append(torch.as_tensor(r, dtype=torch.float32, device=self.device))
                masks.append(self.mask.squeeze(1))
            self._update(logps, vals, ents, rews, masks)
        if finished:
            self.score = float(np.mean(finished[-50:]))

    def _update(self, logps, vals, ents, rews, masks):
        with torch.no_grad():
            x = torch.as_tensor(self.obs, dtype=torch.float32, device=self.device)
            _, g, _ = self.net(x, tuple(s * self.mask for s in self.state))
        rets = []
        for r, m in zip(reversed(rews), reversed(masks)):
            g = r + self.hyper.gamma * m * g
            rets.insert(0, g)
        rets, vals = torch.stack(rets), torch.stack(vals)
        adv = (rets - vals).detach()
        loss = (-(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(vals, rets)
                - self.hyper.ent * torch.stack(ents).mean())
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    @torch.no_grad()
    def inherit(self, donor, rng):
        for mine, theirs in zip(self.net.parameters(), donor.net.parameters()):
            mine.copy_(theirs)
        self.hyper = donor.hyper.perturbed(rng)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=self.hyper.lr, eps=1e-5)
        self.score = donor.score
