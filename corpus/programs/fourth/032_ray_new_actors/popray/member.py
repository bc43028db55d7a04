import gymnasium as gym
import numpy as np
import ray
import torch
from torch import nn


class CardsNet(nn.Module):
    def __init__(self, n_obs, n_act, width):
        super().__init__()
        self.f = nn.Linear(n_obs, width)
        self.lstm = nn.LSTMCell(width, width)
        self.pi = nn.Linear(width, n_act)
        self.v = nn.Linear(width, 1)

    def forward(self, x, hc):
        hc = self.lstm(torch.relu(self.f(x)), hc)
        return self.pi(hc[0]), self.v(hc[0]).squeeze(-1), hc


@ray.remote(num_cpus=1)
class Member:
    WIDTH = 96

    def __init__(self, env_name, hp, seed, n_envs=8):
        torch.manual_seed(seed)
        self.hp = hp
        self.envs = gym.make_vec(env_name, num_envs=n_envs)
        self.net = CardsNet(self.envs.single_observation_space.shape[0], self.envs.single_action_space.n, self.WIDTH)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=hp["lr"])
        self.obs, _ = self.envs.reset(seed=seed)
        self.hc = (torch.zeros(n_envs, self.WIDTH), torch.zeros(n_envs, self.WIDTH))
        self.ret = np.zeros(n_envs)
        self.done_returns = []

    def checkpoint(self):
        return {"net": {k: v.cpu() for k, v in self.net.state_dict().items()}, "opt": self.opt.state_dict()}

    def restore(self, checkpoint):
        self.net.load_state_dict(checkpoint["net"])
        self.opt.load_state_dict(checkpoint["opt"])
        for g in self.opt.param_groups:
            g["lr"] = self.hp["lr"]

    def train(self, updates):
        self.done_returns = []
        for _ in range(updates):
            self._update(*self._unroll())
        return float(np.mean(self.done_returns)) if self.done_returns else -1.0

    def _unroll(self, n=20):
        self.hc = tuple(t.detach() for t in self.hc)
        rows = []
        for _ in range(n):
            logits, value, self.hc = self.net(torch.as_tensor(self.obs, dtype=torch.float32), self.hc)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            self.obs, rew, term, trunc, _ = self.envs.step(act.numpy())
            done = term | trunc
            self.ret += rew
            self.done_returns += list(self.ret[done])
            self.ret[done] = 0
            alive = torch.as_tensor(~done, dtype=torch.float32)
            self.hc = tuple(t * alive[:, None] for t in self.hc)
            rows.append((dist.log_prob(act), value, dist.entropy(), torch.as_tensor(rew, dtype=torch.float32), alive))
        with torch.no_grad():
            boot = self.net(torch.as_tensor(self.obs, dtype=torch.float32), self.hc)[1]
        return rows, boot

    def _update(self, rows, ret):
        loss = 0.0
        for logp, v, ent, r, alive in reversed(rows):
            ret = r + self.hp["gamma"] * alive * ret
            adv = ret - v
            loss = loss - (logp * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - self.hp["ent"] * ent.mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
