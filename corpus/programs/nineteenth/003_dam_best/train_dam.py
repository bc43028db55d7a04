import argparse
import copy
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class Reservoir:
    """One dam, one turbine, weekly decisions over ten years."""

    def __init__(self, seed=0):
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.week = 0
        self.level = self.rng.uniform(0.3, 0.8)
        self.wet = self.rng.normal()
        self.inflow = 0.0
        return self.observe()

    def observe(self):
        phase = 2 * np.pi * self.week / 52
        return np.array([self.level, self.inflow, np.sin(phase), np.cos(phase)], dtype=np.float32)

    def step(self, gate):
        self.wet = 0.95 * self.wet + 0.3 * self.rng.normal()
        season = 1 + 0.8 * np.sin(2 * np.pi * (self.week - 10) / 52)
        self.inflow = max(0.0, 0.03 * season * (1 + 0.5 * self.wet))
        release = min(self.level, 0.02 * gate)
        self.level += self.inflow - release
        spill = max(0.0, self.level - 1.0)
        self.level = min(self.level, 1.0)
        price = 1.0 + 0.5 * np.cos(2 * np.pi * self.week / 52)
        self.week += 1
        reward = 50 * release * price * (0.5 + self.level) - 20 * spill - (self.level < 0.1)
        return self.observe(), reward, self.week >= 520


class DamNet(nn.Module):
    def __init__(self, n_in=4, n_gates=5, size=48):
        super().__init__()
        self.gru = nn.GRUCell(n_in, size)
        self.policy = nn.Linear(size, n_gates)
        self.value = nn.Linear(size, 1)
        self.size = size

    def forward(self, x, h):
        h = self.gru(x, h)
        return self.policy(h), self.value(h).squeeze(-1), h


class Operator:
    def __init__(self, lr, gamma):
        self.net = DamNet()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.gamma = gamma
        self.clear_memory()

    def clear_memory(self):
        self.h = torch.zeros(1, self.net.size)

    def collect(self, env, obs, n):
        self.h = self.h.detach()
        logps, vals, rews, ents, ends = [], [], [], [], []
        finished = []
        for _ in range(n):
            logits, v, self.h = self.net(torch.from_numpy(obs)[None], self.h)
            pi = Categorical(logits=logits)
            a = pi.sample()
            obs, r, done = env.step(a.item())
            self.total += r
            logps.append(pi.log_prob(a)); ents.append(pi.entropy())
            vals.append(v); rews.append(r); ends.append(done)
            if done:
                finished.append(self.total)
                self.total = 0.0
                obs = env.reset()
                self.clear_memory()
        with torch.no_grad():
            _, last, _ = self.net(torch.from_numpy(obs)[None], self.h)
        return obs, finished, (logps, vals, rews, ents, ends, last)

    def learn(self, batch):
        logps, vals, rews, ents, ends, ret = batch
        rets = []
        for r, done in zip(reversed(rews), reversed(ends)):
            ret = r + self.gamma * ret * (1 - done)
            rets.insert(0, ret)
        rets, vals = torch.cat(rets), torch.cat(vals)
        adv = (rets - vals).detach()
        loss = -(torch.cat(logps) * adv).mean() + 0.5 * F.mse_loss(vals, rets) - 0.01 * torch.cat(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()

    def back_to(self, weights):
        self.net.load_state_dict(weights)
        self.opt.state.clear()
        self.clear_memory()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=20000)
    ap.add_argument("--n", type=int, default=26)
    ap.add_argument("--lr", type=float, default=7e-4)
    ap.add_argument("--drop", type=float, default=0.25)
    args = ap.parse_args()

    env = Reservoir()
    op = Operator(args.lr, 0.98)
    op.total = 0.0
    obs = env.reset()
    recent = deque(maxlen=10)
    best_mean, best_weights = -float("inf"), None
    for u in range(args.updates):
        obs, finished, batch = op.collect(env, obs, args.n)
        op.learn(batch)
        recent.extend(finished)
        if u % 100 or len(recent) < recent.maxlen:
            continue
        mean = np.mean(recent)
        if mean > best_mean:
            best_mean = mean
            best_weights = copy.deepcopy(op.net.state_dict())
            torch.save(best_weights, "dam_best.pt")
        elif mean < best_mean - args.drop * abs(best_mean):
            print(f"{u}: fell to {mean:.1f}, back to the weights with {best_mean:.1f}")
            op.back_to(best_weights)
            recent.clear()


if __name__ == "__main__":
    main()
