import gymnasium as gym
import numpy as np
import popgym  # noqa: F401
import ray
import torch

from network import RecurrentQ


@ray.remote(num_cpus=1)
class Actor:
    def __init__(self, env_id, idx, n_actors):
        torch.set_num_threads(1)
        self.env = gym.make(env_id)
        self.eps = 0.4 ** (1 + 7 * idx / max(1, n_actors - 1))
        self.rng = np.random.default_rng(idx)
        self.net = RecurrentQ(int(np.prod(self.env.observation_space.shape)), int(self.env.action_space.n))
        self.returns = []
        self._reset(seed=idx)

    def _reset(self, seed=None):
        obs, _ = self.env.reset(seed=seed)
        self.obs = np.asarray(obs, dtype=np.float32).ravel()
        self.h = self.net.init_hidden()
        self.first = 1.0
        self.ret = 0.0

    def sync(self, weights):
        self.net.load_state_dict(weights)

    @torch.no_grad()
    def collect(self, length, weights=None):
        if weights is not None:
            self.sync(weights)
        seq = {k: [] for k in ("obs", "act", "rew", "term", "start")}
        for _ in range(length):
            q, self.h = self.net.step(torch.from_numpy(self.obs).unsqueeze(0), self.h)
            if self.rng.random() < self.eps:
                a = int(self.rng.integers(q.shape[-1]))
            else:
                a = int(q.argmax())
            obs, r, term, trunc, _ = self.env.step(a)
            self.ret += float(r)
            for k, v in zip(seq, (self.obs, a, r, float(term or trunc), self.first)):
                seq[k].append(v)
            self.obs = np.asarray(obs, dtype=np.float32).ravel()
            self.first = 0.0
            if term or trunc:
                self.returns.append(self.ret)
                self._reset()
        returns, self.returns = self.returns, []
        return {k: np.asarray(v, dtype=np.float32) for k, v in seq.items()}, returns
