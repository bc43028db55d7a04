import numpy as np
import torch
from torch.distributions import Categorical


class ShiftWorker:
    """Runs one picker through a shift. begin() opens a shift, work() goes on with it."""

    def __init__(self, policy, env, gamma=0.99):
        self.policy = policy
        self.env = env
        self.gamma = gamma
        self._hc = None
        self._obs = None

    def begin(self, seed=None):
        self._obs, _ = self.env.reset(seed=seed)
        zeros = torch.zeros(1, self.policy.hidden_size)
        self._hc = (zeros, zeros.clone())

    def work(self, steps):
        logps, values, rewards = [], [], []
        over = False
        for _ in range(steps):
            x = torch.as_tensor(np.asarray(self._obs), dtype=torch.float32).unsqueeze(0)
            logits, value, self._hc = self.policy(x, self._hc)
            dist = Categorical(logits=logits)
            a = dist.sample()
            self._obs, r, term, trunc, _ = self.env.step(a.item())
            logps.append(dist.log_prob(a))
            values.append(value.squeeze())
            rewards.append(float(r))
            if term or trunc:
                over = True
                break
        self._hc = tuple(s.detach() for s in self._hc)
        return logps, values, rewards, over
