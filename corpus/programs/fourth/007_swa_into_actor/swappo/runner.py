import gymnasium as gym
import numpy as np
import torch


class VecRunner:
    """Owns the environments, the policy's state and the flags of episode starts."""

    def __init__(self, cfg):
        self.cfg = cfg
        self.envs = gym.make_vec(cfg.env, num_envs=cfg.num_envs, vectorization_mode="async")
        self.obs_dim = self.envs.single_observation_space.shape[0]
        self.act_dim = self.envs.single_action_space.shape[0]
        self._ret = np.zeros(cfg.num_envs)
        self._finished = []

    def attach(self, policy):
        self.policy = policy
        obs, _ = self.envs.reset(seed=self.cfg.seed)
        self.obs = torch.as_tensor(obs, dtype=torch.float32)
        self.state = torch.zeros(self.cfg.num_envs, policy.hidden)
        self.start = torch.ones(self.cfg.num_envs)

    @property
    def mean_return(self):
        return float(np.mean(self._finished[-100:])) if self._finished else float("nan")

    @torch.no_grad()
    def collect(self):
        keys = ("obs", "act", "logp", "val", "rew", "done", "starts")
        out = {k: [] for k in keys}
        h0 = self.state.clone()
        for _ in range(self.cfg.horizon):
            dist, v, self.state = self.policy(self.obs, self.state, self.start)
            a = dist.sample()
            obs, r, term, trunc, _ = self.envs.step(a.clamp(-1, 1).numpy())
            done = np.logical_or(term, trunc)
            row = (self.obs, a, dist.log_prob(a).sum(-1), v, torch.as_tensor(r).float(), torch.as_tensor(done).float(), self.start)
            for k, x in zip(keys, row):
                out[k].append(x)
            self._ret += r
            self._finished.extend(self._ret[done])
            self._ret[done] = 0
            self.obs = torch.as_tensor(obs, dtype=torch.float32)
            self.start = torch.as_tensor(done).float()
        batch = {k: torch.stack(v) for k, v in out.items()}
        batch["h0"] = h0
        batch["boot"] = self.policy(self.obs, self.state, self.start)[1]
        return batch
