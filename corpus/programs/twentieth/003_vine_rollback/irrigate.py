import copy
from dataclasses import dataclass

import numpy as np
import torch
from torch import nn
from torch.distributions import Categorical

from vineyard import Vineyard


@dataclass
class Settings:
    days: int = 30
    updates: int = 5000
    lr: float = 1e-3
    gamma: float = 0.97
    patience: int = 40


class ValvePolicy(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.rnn = nn.GRU(4, hidden)
        self.pi = nn.Linear(hidden, 4)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, h):
        y, h = self.rnn(x.unsqueeze(0), h)
        y = y.squeeze(0)
        return Categorical(logits=self.pi(y)), self.v(y).squeeze(-1), h


class Irrigator:
    def __init__(self, cfg: Settings):
        self.cfg = cfg
        self.env = Vineyard()
        self.obs = self.env.observe()
        self.net = ValvePolicy()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=cfg.lr)
        self.memory = None
        self.best = -np.inf
        self.best_weights = copy.deepcopy(self.net.state_dict())
        self.since_best = 0

    def rollout(self):
        logps, values, rewards, entropy = [], [], [], 0.0
        if self.memory is not None:
            self.memory = self.memory.detach()
        for _ in range(self.cfg.days):
            dist, v, self.memory = self.net(torch.from_numpy(self.obs), self.memory)
            valve = dist.sample()
            self.obs, r = self.env.step(valve.numpy())
            logps.append(dist.log_prob(valve))
            values.append(v)
            rewards.append(torch.as_tensor(r, dtype=torch.float32))
            entropy = entropy + dist.entropy().mean()
        return torch.stack(logps), torch.stack(values), rewards, entropy / self.cfg.days

    def update(self):
        logps, values, rewards, entropy = self.rollout()
        ret, rets = values[-1].detach(), []
        for r in reversed(rewards):
            ret = r + self.cfg.gamma * ret
            rets.insert(0, ret)
        rets = torch.stack(rets)
        adv = (rets - values).detach()
        loss = -(logps * adv).mean() + 0.5 * (rets - values).pow(2).mean() - 0.01 * entropy
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return loss.item(), torch.stack(rewards).mean().item()

    def roll_back(self):
        self.net.load_state_dict(self.best_weights)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.cfg.lr)
        self.since_best = 0

    def run(self):
        for i in range(self.cfg.updates):
            loss, score = self.update()
            if not np.isfinite(loss):
                print(f"update {i}: loss is {loss}, going back")
                self.roll_back()
                self.memory = None
                continue
            if score > self.best:
                self.best, self.since_best = score, 0
                self.best_weights = copy.deepcopy(self.net.state_dict())
                torch.save(self.best_weights, "vine_best.pt")
            else:
                self.since_best += 1
            if self.since_best > self.cfg.patience:
                print(f"update {i}: nothing better for {self.cfg.patience} updates, going back")
                self.roll_back()
            if i % 50 == 0:
                print(f"update {i} day {self.env.day} score {score:.3f} best {self.best:.3f}")


if __name__ == "__main__":
    Irrigator(Settings()).run()
