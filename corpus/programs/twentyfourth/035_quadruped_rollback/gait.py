import copy
import math

import torch
import torch.nn as nn
from torch.distributions import Normal

DEVICE = "cuda" if torch.cuda.is_available() else "cpu"


class GaitPolicy(nn.Module):
    def __init__(self, obs=18, act=8, hid=96):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs, hid), nn.ELU())
        self.mem = nn.GRUCell(hid, hid)
        self.mu = nn.Linear(hid, act)
        self.val = nn.Linear(hid, 1)
        self.log_std = nn.Parameter(-0.7 * torch.ones(act))

    def forward(self, obs, h):
        h = self.mem(self.body(obs), h)
        return Normal(self.mu(h), self.log_std.exp()), self.val(h).squeeze(-1), h


class QuadSim:
    """Batch of planar quadrupeds, phase oscillator legs with a falling body."""

    def __init__(self, n):
        self.n = n
        self.q = torch.zeros(n, 8, device=DEVICE)
        self.dq = torch.zeros(n, 8, device=DEVICE)
        self.tilt = 0.05 * torch.randn(n, device=DEVICE)
        self.vx = torch.zeros(n, device=DEVICE)

    def obs(self):
        return torch.cat([self.q, self.dq, self.tilt[:, None], self.vx[:, None]], -1)

    def step(self, a):
        self.dq = 0.8 * self.dq + 0.2 * a.clamp(-1, 1)
        self.q = (self.q + 0.1 * self.dq).clamp(-1.2, 1.2)
        push = (torch.sin(self.q) * self.dq).sum(-1)
        self.vx = 0.9 * self.vx + 0.1 * push
        self.tilt = self.tilt + 0.02 * (self.q[:, :4].sum(-1) - self.q[:, 4:].sum(-1)) + 0.01 * torch.randn_like(self.tilt)
        fell = self.tilt.abs() > math.pi / 4
        reward = self.vx - 0.01 * a.pow(2).sum(-1) - 2.0 * fell.float()
        keep = (~fell).float()
        self.q, self.dq = self.q * keep[:, None], self.dq * keep[:, None]
        self.tilt, self.vx = self.tilt * keep, self.vx * keep
        return self.obs(), reward, fell.float()


class Trainer:
    def __init__(self, n_envs=512, horizon=24, lr=5e-4, gamma=0.97):
        self.sim = QuadSim(n_envs)
        self.policy = GaitPolicy().to(DEVICE)
        self.best_policy = copy.deepcopy(self.policy)
        self.best_return = -float("inf")
        self.horizon, self.lr, self.gamma = horizon, lr, gamma
        self.opt = torch.optim.Adam(self.policy.parameters(), lr=lr)
        self.obs = self.sim.obs()
        self.h = torch.zeros(n_envs, 96, device=DEVICE)

    def iterate(self):
        logps, values, rewards, dones, ents = [], [], [], [], []
        for _ in range(self.horizon):
            dist, value, self.h = self.policy(self.obs, self.h)
            action = dist.sample()
            self.obs, reward, done = self.sim.step(action)
            self.h = self.h * (1.0 - done).unsqueeze(-1)
            logps.append(dist.log_prob(action).sum(-1))
            ents.append(dist.entropy().sum(-1))
            values.append(value)
            rewards.append(reward)
            dones.append(done)
        with torch.no_grad():
            _, ret, _ = self.policy(self.obs, self.h)
        loss = 0.0
        for t in reversed(range(self.horizon)):
            ret = rewards[t] + self.gamma * ret * (1 - dones[t])
            adv = ret - values[t]
            loss = loss + (-logps[t] * adv.detach() + 0.5 * adv.pow(2) - 1e-3 * ents[t]).mean()
        self.opt.zero_grad()
        (loss / self.horizon).backward()
        nn.utils.clip_grad_norm_(self.policy.parameters(), 1.0)
        self.opt.step()
        self.h = self.h.detach()
        return torch.stack(rewards).mean().item()

    def guard(self, mean_return):
        if mean_return > self.best_return:
            self.best_return = mean_return
            self.best_policy = copy.deepcopy(self.policy)
        elif mean_return < self.best_return - 0.5 * abs(self.best_return):
            print("  collapse, going back to the best gait")
            self.policy = copy.deepcopy(self.best_policy)
            self.lr *= 0.7
            self.opt = torch.optim.Adam(self.policy.parameters(), lr=self.lr)


def main(iterations=3000, every=50):
    trainer = Trainer()
    window = []
    for it in range(1, iterations + 1):
        window.append(trainer.iterate())
        if it % every == 0:
            mean = sum(window) / len(window)
            print(f"{it:5d}  reward {mean:.3f}  best {trainer.best_return:.3f}")
            trainer.guard(mean)
            window = []
    torch.save(trainer.best_policy.state_dict(), "gait.pt")


if __name__ == "__main__":
    main()
