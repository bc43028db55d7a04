"""Handover decisions between small cells with an LSTM actor-critic (plain A2C)."""
import math
import random
from dataclasses import dataclass

import torch
import torch.nn as nn
import torch.nn.functional as F


@dataclass
class Settings:
    cells: int = 5
    episodes: int = 6000
    lr: float = 7e-4
    gamma: float = 0.97
    eval_every: int = 200
    eval_rides: int = 25


class Street:
    """User walks in a street, one decision per 200 ms; an HO costs a 2-step gap."""

    def __init__(self, cells, rng):
        self.cells, self.rng = cells, rng

    def reset(self):
        self.x = 0.0
        self.v = self.rng.uniform(0.3, 3.0)
        self.fade = [0.0] * self.cells
        self.cell, self.gap, self.steps = 0, 0, 0
        return self.observe()

    def power(self, c):
        dist = abs(self.x - 80 * c) + 5
        return -35 * math.log10(dist) + self.fade[c]

    def observe(self):
        self.fade = [0.85 * f + self.rng.gauss(0, 2) for f in self.fade]
        onehot = [float(c == self.cell) for c in range(self.cells)]
        return torch.tensor([(self.power(c) + 60) / 20 for c in range(self.cells)] + onehot + [self.gap / 2])

    def step(self, target):
        if target != self.cell and self.gap == 0:
            self.cell, self.gap = target, 2
        elif self.gap:
            self.gap -= 1
        self.x += self.v
        self.steps += 1
        p = self.power(self.cell)
        reward = 0.0 if self.gap else max(0.0, (p + 75) / 40)
        lost = p < -90
        done = lost or self.x > 80 * (self.cells - 1) or self.steps >= 600
        return self.observe(), reward - 3.0 * lost, done


class ActorCritic(nn.Module):
    def __init__(self, cells, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.lstm = nn.LSTMCell(2 * cells + 1, hidden)
        self.pi = nn.Linear(hidden, cells)
        self.v = nn.Linear(hidden, 1)

    def forward(self, x, state):
        h, c = self.lstm(x.unsqueeze(0), state)
        return self.pi(h)[0], self.v(h)[0, 0], (h, c)

    def zero(self):
        return torch.zeros(1, self.hidden), torch.zeros(1, self.hidden)


class Agent:
    def __init__(self, s: Settings):
        self.net = ActorCritic(s.cells)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=s.lr)
        self.gamma = s.gamma
        self.begin()

    def begin(self):
        self.state = self.net.zero()

    def decide(self, obs, greedy=False):
        logits, v, self.state = self.net(obs, self.state)
        if greedy:
            return int(logits.argmax()), None, v
        dist = torch.distributions.Categorical(logits=logits)
        a = dist.sample()
        return int(a), dist.log_prob(a), v

    def improve(self, logps, values, rewards):
        g, returns = 0.0, []
        for r in reversed(rewards):
            g = r + self.gamma * g
            returns.insert(0, g)
        returns, values = torch.tensor(returns), torch.stack(values)
        adv = (returns - values).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.smooth_l1_loss(values, returns)
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()


class Trainer:
    def __init__(self, s: Settings):
        self.s = s
        self.agent = Agent(s)
        self.street = Street(s.cells, random.Random(4))
        self.best_score, self.best = -math.inf, None

    def ride(self, learn):
        obs, done = self.street.reset(), False
        self.agent.begin()
        logps, values, rewards = [], [], []
        while not done:
            a, logp, v = self.agent.decide(obs, greedy=not learn)
            obs, r, done = self.street.step(a)
            logps.append(logp)
            values.append(v)
            rewards.append(r)
        if learn:
            self.agent.improve(logps, values, rewards)
        return sum(rewards)

    def evaluate(self):
        with torch.no_grad():
            return sum(self.ride(False) for _ in range(self.s.eval_rides)) / self.s.eval_rides

    def run(self):
        for ep in range(1, self.s.episodes + 1):
            self.ride(True)
            if ep % self.s.eval_every == 0:
                score = self.evaluate()
                if score > self.best_score:
                    self.best_score = score
                    self.best = {k: v.clone() for k, v in self.agent.net.state_dict().items()}
                print(f"{ep:5d} {score:7.2f} (best {self.best_score:.2f})")
        self.agent.net.load_state_dict(self.best)
        print("final check", self.evaluate())
        torch.save(self.best, "handover_a2c.pt")


if __name__ == "__main__":
    Trainer(Settings()).run()
