import numpy as np
import torch

from policy import Batch


class BookSim:
    """Level-one book with hidden order-flow imbalance. act: 0 wait, 1 buy one lot, 2 sell one lot."""

    def __init__(self, n, length=1000, seed=0):
        self.n, self.length = n, length
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.flow, self.pos = self.rng.normal(0, 0.02, self.n), np.zeros(self.n)
        self.t = self.rng.integers(0, self.length, self.n)
        self.ret = np.zeros(self.n)
        return self._obs()

    def _obs(self):
        size = self.flow * 5 + self.rng.normal(0, 0.5, self.n)
        return torch.tensor(np.stack([self.ret * 10, size, self.pos / 5, self.t / self.length], 1), dtype=torch.float32)

    def step(self, act):
        side = np.array([0, 1, -1])[act]
        self.pos = np.clip(self.pos + side, -5, 5)
        self.flow = 0.99 * self.flow + self.rng.normal(0, 0.004, self.n)
        self.ret = self.flow + self.rng.normal(0, 0.05, self.n)
        rew = self.pos * self.ret - 0.01 * np.abs(side)
        self.t += 1
        done = self.t >= self.length
        self.t[done], self.pos[done] = 0, 0
        self.flow[done] = self.rng.normal(0, 0.02, done.sum())
        return self._obs(), torch.tensor(rew, dtype=torch.float32), torch.tensor(done, dtype=torch.float32)


class Collector:
    def __init__(self, policy, env):
        self.policy, self.env = policy, env
        self.reset()

    def reset(self):
        self.obs = self.env.reset()
        self.state = None

    @torch.no_grad()
    def collect(self, n_step):
        first, steps = self.state, []
        for _ in range(n_step):
            out = self.policy(Batch(obs=self.obs), self.state)
            nxt, rew, done = self.env.step(out.act.numpy())
            steps.append(Batch(obs=self.obs, act=out.act, rew=rew, done=done))
            keep = (1 - done)[:, None, None]
            self.state = Batch(hidden=out.state.hidden * keep, cell=out.state.cell * keep)
            self.obs = nxt
        return steps, first
