import random

import torch
import torch.nn as nn

from registry import MODELS, TASKS, Task


@TASKS.register("recall")
class RecallTask(Task):
    """Symbols are shown one by one; each must be named `lag` steps later."""

    def __init__(self, symbols=4, lag=3, length=60):
        self.symbols, self.lag, self.length = symbols, lag, length
        self.n_obs = self.n_act = symbols

    def _obs(self):
        return torch.eye(self.symbols)[self.shown[-1]].unsqueeze(0)

    def reset(self):
        self.shown = [random.randrange(self.symbols)]
        return self._obs()

    def step(self, action):
        t = len(self.shown) - 1
        reward = float(t >= self.lag and action == self.shown[t - self.lag])
        self.shown.append(random.randrange(self.symbols))
        return self._obs(), reward, len(self.shown) > self.length


@MODELS.register("lstm")
class LSTMActorCritic(nn.Module):
    def __init__(self, n_obs, n_act, size=64):
        super().__init__()
        self.size = size
        self.lstm = nn.LSTMCell(n_obs, size)
        self.actor = nn.Linear(size, n_act)
        self.critic = nn.Linear(size, 1)

    def initial(self):
        return torch.zeros(1, self.size), torch.zeros(1, self.size)

    def forward(self, x, core):
        core = self.lstm(x, core)
        return self.actor(core[0]), self.critic(core[0]), core
