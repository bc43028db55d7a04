import gymnasium as gym
import numpy as np
import ray
import torch
from torch.distributions import Categorical

from .net import Net


@ray.remote
class Sampler:
    def __init__(self, cfg, seed):
        torch.set_num_threads(1)
        self.cfg = cfg
        self.envs = gym.make_vec(cfg.env, num_envs=cfg.envs_per_sampler)
        self.keep = np.ones(self.envs.single_observation_space.shape, np.float32)
        if cfg.mask_velocity:
            self.keep[1::2] = 0.0
        self.obs, _ = self.envs.reset(seed=seed)
        self.net = Net(len(self.keep), self.envs.single_action_space.n, cfg.hidden)
        self.h = torch.zeros(cfg.envs_per_sampler, cfg.hidden)
        self.version = -1
        self.sums = np.zeros(cfg.envs_per_sampler)

    def set_weights(self, weights, version):
        if version > self.version:
            self.net.load_state_dict(weights)
            self.version = version

    @torch.no_grad()
    def sample(self, weights, version):
        self.set_weights(weights, version)
        rows = {k: [] for k in ("obs", "act", "logp", "val", "rew", "done")}
        h0, scores = self.h.clone(), []
        for _ in range(self.cfg.fragment):
            x = torch.as_tensor(self.obs * self.keep, dtype=torch.float32)
            logits, v, self.h = self.net(x, self.h)
            d = Categorical(logits=logits)
            a = d.sample()
            self.obs, r, term, trunc, _ = self.envs.step(a.numpy())
            done = torch.as_tensor(term | trunc)
            self.h = self.h * (~done).float().unsqueeze(-1)
            self.sums += r
            scores += list(self.sums[done.numpy()])
            self.sums[done.numpy()] = 0.0
            for k, val in zip(rows, (x, a, d.log_prob(a), v, torch.as_tensor(r, dtype=torch.float32), done.float())):
                rows[k].append(val)
        last = self.net(torch.as_tensor(self.obs * self.keep, dtype=torch.float32), self.h)[1]
        return {**{k: torch.stack(v) for k, v in rows.items()}, "h0": h0, "last": last}, scores
