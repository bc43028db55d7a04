from __future__ import annotations

import logging
from collections import deque
from pathlib import Path

import numpy as np
import torch
from torch.distributions import Categorical

from .module import MemoryPolicy

log = logging.getLogger(__name__)


class Trainer:
    def __init__(self, envs, policy: MemoryPolicy, lr: float, path: Path, unroll: int = 32):
        self.envs = envs
        self.policy = policy
        self.opt = torch.optim.AdamW(policy.parameters(), lr=lr)
        self.path = path
        self.unroll = unroll
        self.returns: deque[float] = deque(maxlen=100)
        self.best = float("-inf")
        self.sums = np.zeros(envs.num_envs)

    def fit(self, updates: int) -> None:
        obs, _ = self.envs.reset(seed=0)
        for n in range(updates):
            obs, loss = self._update(obs)
            score = float(np.mean(self.returns)) if self.returns else float("-inf")
            if score > self.best:
                self.best = score
                torch.save({"policy": self.policy.state_dict(), "opt": self.opt.state_dict()}, self.path)
            elif not np.isfinite(loss) or score < 0.5 * self.best:
                self._rewind(n)

    def _rewind(self, n: int) -> None:
        blob = torch.load(self.path)
        self.policy.load_state_dict(blob["policy"])
        self.opt.load_state_dict(blob["opt"])
        for group in self.opt.param_groups:
            group["lr"] *= 0.7
        self.returns.clear()
        log.warning("update %d: rewound to best (%.1f)", n, self.best)

    def _update(self, obs):
        self.policy.truncate()
        tape = []
        for _ in range(self.unroll):
            logits, value = self.policy(torch.as_tensor(obs, dtype=torch.float32))
            dist = Categorical(logits=logits)
            action = dist.sample()
            obs, reward, term, trunc, _ = self.envs.step(action.numpy())
            done = term | trunc
            self.sums += reward
            self.returns.extend(self.sums[done])
            self.sums[done] = 0.0
            self.policy.forget(torch.as_tensor(done))
            tape.append((dist.log_prob(action), dist.entropy(), value, torch.as_tensor(reward, dtype=torch.float32), torch.as_tensor(done)))
        ret = tape[-1][2].detach()
        loss = torch.zeros(())
        for logp, ent, value, reward, done in reversed(tape):
            ret = reward + 0.99 * ret * (~done)
            adv = ret - value
            loss = loss + (0.5 * adv.pow(2) - adv.detach() * logp - 0.01 * ent).mean()
        self.opt.zero_grad()
        (loss / self.unroll).backward()
        torch.nn.utils.clip_grad_norm_(self.policy.parameters(), 0.5)
        self.opt.step()
        return obs, float(loss.detach())
