import copy
from collections import deque
from typing import NamedTuple

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

from wheelie import STAGES, Wheelie


class Step(NamedTuple):
    logp: torch.Tensor
    value: torch.Tensor
    entropy: torch.Tensor
    reward: float
    done: bool


class Rider(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.hidden = hidden
        self.core = nn.GRUCell(1, hidden)
        self.actor = nn.Linear(hidden, 3)
        self.critic = nn.Linear(hidden, 1)

    def initial(self):
        return torch.zeros(1, self.hidden)

    def forward(self, obs, h):
        h = self.core(torch.from_numpy(obs).unsqueeze(0), h)
        return Categorical(logits=self.actor(h)), self.critic(h).squeeze(), h


class StageTrainer:
    def __init__(self, rollout=32, gamma=0.99, lr=1e-3):
        self.rollout, self.gamma = rollout, gamma
        self.net = Rider()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.stage = 0
        self.begin_stage()

    def begin_stage(self):
        self.env = Wheelie(self.stage, seed=100 + self.stage)
        self.obs = self.env.reset()
        self.h = self.net.initial()
        self.lengths = deque(maxlen=20)
        self.best_len, self.best = 0.0, None

    def collect(self):
        steps = []
        self.h = self.h.detach()
        for _ in range(self.rollout):
            dist, value, self.h = self.net(self.obs, self.h)
            a = dist.sample()
            self.obs, r, done, info = self.env.step(a.item())
            steps.append(Step(dist.log_prob(a), value, dist.entropy(), r, done))
            if done:
                self.lengths.append(self.env.t)
                self.obs = self.env.reset()
                self.h = self.net.initial()
        return steps

    def update(self, steps):
        with torch.no_grad():
            _, v, _ = self.net(self.obs, self.h)
        g, targets = v.item(), []
        for s in reversed(steps):
            g = s.reward + self.gamma * g * (not s.done)
            targets.append(g)
        target = torch.tensor(targets[::-1], dtype=torch.float32)
        value = torch.stack([s.value for s in steps])
        adv = target - value.detach()
        loss = (-(torch.cat([s.logp for s in steps]) * adv).mean()
                + 0.5 * F.smooth_l1_loss(value, target)
                - 0.01 * torch.cat([s.entropy for s in steps]).mean())
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def keep_best(self):
        if len(self.lengths) == self.lengths.maxlen and np.mean(self.lengths) > self.best_len:
            self.best_len = np.mean(self.lengths)
            self.best = copy.deepcopy(self.net.state_dict())

    def passed(self):
        return self.best_len > 0.9 * STAGES[self.stage]["limit"]

    def promote(self):
        print(f"stage {self.stage} passed with mean length {self.best_len:.0f}")
        self.net.load_state_dict(self.best)
        torch.save(self.best, f"wheelie_stage{self.stage}.pt")
        self.stage += 1
        if self.stage < len(STAGES):
            self.begin_stage()

    def run(self, max_updates=50000):
        for n in range(max_updates):
            self.update(self.collect())
            self.keep_best()
            if self.passed():
                self.promote()
                if self.stage == len(STAGES):
                    return
            if n % 500 == 0:
                print(n, "stage", self.stage, "best", round(float(self.best_len), 1))


if __name__ == "__main__":
    torch.manual_seed(4)
    StageTrainer().run()
