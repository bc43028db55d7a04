import argparse
import os

import torch
import torch.nn as nn
from torch.distributions import Normal

from towers import CubeTable

STAGES = [dict(cubes=2, noise=0.0), dict(cubes=3, noise=0.01), dict(cubes=4, noise=0.02)]


class Arm(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(16, 128)
        self.mean = nn.Linear(128, 4)
        self.value = nn.Linear(128, 1)
        self.log_std = nn.Parameter(torch.full((4,), -0.5))

    def forward(self, x, hc):
        y, hc = self.lstm(x, hc)
        return Normal(torch.tanh(self.mean(y)), self.log_std.exp()), self.value(y), hc


def episode(arm, env):
    hc = (torch.zeros(1, 1, 128), torch.zeros(1, 1, 128))
    obs, done = env.reset(), False
    logps, values, rewards = [], [], []
    while not done:
        pi, v, hc = arm(torch.from_numpy(obs).view(1, 1, -1), hc)
        move = pi.sample()
        obs, r, done = env.step(move.view(-1).numpy())
        logps.append(pi.log_prob(move).sum())
        values.append(v.view(()))
        rewards.append(r)
    return torch.stack(logps), torch.stack(values), rewards, env.height == env.cubes


def returns(rewards, gamma=0.98):
    out, g = [], 0.0
    for r in reversed(rewards):
        g = r + gamma * g
        out.append(g)
    return torch.tensor(out[::-1])


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--out", default="runs/cubes")
    p.add_argument("--episodes", type=int, default=30000)
    p.add_argument("--pass-rate", type=float, default=0.8)
    a = p.parse_args()
    os.makedirs(a.out, exist_ok=True)

    arm = Arm()
    opt = torch.optim.Adam(arm.parameters(), lr=3e-4)
    for k, stage in enumerate(STAGES):
        env = CubeTable(**stage)
        if k > 0:
            arm.load_state_dict(torch.load(f"{a.out}/stage{k - 1}.pt"))
            opt = torch.optim.Adam(arm.parameters(), lr=3e-4 / (k + 1))
        best, rate = -1.0, 0.0
        for ep in range(a.episodes):
            logps, values, rewards, ok = episode(arm, env)
            g = returns(rewards)
            adv = (g - values).detach()
            loss = -(logps * adv).mean() + 0.5 * (g - values).pow(2).mean()
            opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(arm.parameters(), 1.0)
            opt.step()
            rate = 0.99 * rate + 0.01 * ok
            if ep % 200 == 199:
                print(f"stage {k} episode {ep + 1} success {rate:.2f}")
                if rate > best:
                    best = rate
                    torch.save(arm.state_dict(), f"{a.out}/stage{k}.pt")
            if rate > a.pass_rate:
                torch.save(arm.state_dict(), f"{a.out}/stage{k}.pt")
                break


if __name__ == "__main__":
    main()
