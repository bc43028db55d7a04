# Recurrent A2C on LunarLander without the velocity entries.
# When the running reward falls apart we go back to the last good checkpoint.
import os
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn
import torch.optim as optim
from torch.distributions import Categorical

CKPT = "checkpoints/lander_good.pt"
N_STEPS = 128
TOTAL_STEPS = 2_000_000
GAMMA = 0.99
LAM = 0.95
LR = 3e-4
COLLAPSE = 80.0     # drop of the mean return that counts as a collapse
VISIBLE = [0, 1, 4, 6, 7]


class LanderNet(nn.Module):
    def __init__(self, n_obs, n_act):
        super().__init__()
        self.fc = nn.Linear(n_obs, 128)
        self.gru = nn.GRU(128, 128)
        self.pi = nn.Linear(128, n_act)
        self.v = nn.Linear(128, 1)

    def forward(self, x, hx):
        x = torch.tanh(self.fc(x)).view(1, 1, -1)
        x, hx = self.gru(x, hx)
        x = x.view(-1)
        return self.pi(x), self.v(x).squeeze(), hx


def to_t(obs):
    return torch.as_tensor(obs[VISIBLE], dtype=torch.float32)


os.makedirs("checkpoints", exist_ok=True)
env = gym.make("LunarLander-v3")
net = LanderNet(len(VISIBLE), env.action_space.n)
opt = optim.Adam(net.parameters(), lr=LR)

obs, _ = env.reset(seed=0)
hx = torch.zeros(1, 1, 128)
ep_ret = 0.0
recent = deque(maxlen=20)
best_mean = -np.inf
rollbacks = 0
steps = 0

while steps < TOTAL_STEPS:
    logps, values, rewards, dones, entropies = [], [], [], [], []
    for _ in range(N_STEPS):
        logits, value, hx = net(to_t(obs), hx)
        dist = Categorical(logits=logits)
        action = dist.sample()
        obs, reward, terminated, truncated, _ = env.step(action.item())
        done = terminated or truncated
        ep_ret += reward
        steps += 1

        logps.append(dist.log_prob(action))
        entropies.append(dist.entropy())
        values.append(value)
        rewards.append(reward / 100.0)
        dones.append(done)

        if done:
            recent.append(ep_ret)
            ep_ret = 0.0
            obs, _ = env.reset()
            hx = torch.zeros(1, 1, 128)

    with torch.no_grad():
        _, next_value, _ = net(to_t(obs), hx)
    gae, advs = 0.0, []
    for t in reversed(range(N_STEPS)):
        nonterm = 0.0 if dones[t] else 1.0
        delta = rewards[t] + GAMMA * nonterm * next_value - values[t].detach()
        gae = delta + GAMMA * LAM * nonterm * gae
        advs.insert(0, gae)
        next_value = values[t].detach()
    advs = torch.stack(advs)
    values = torch.stack(values)
    returns = advs + values.detach()
    loss = (-(torch.stack(logps) * advs).mean()
            + 0.5 * (returns - values).pow(2).mean()
            - 0.01 * torch.stack(entropies).mean())
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    opt.step()
    hx = hx.detach()

    if len(recent) < recent.maxlen:
        continue
    mean_ret = float(np.mean(recent))
    if mean_ret > best_mean:
        best_mean = mean_ret
        torch.save({"net": net.state_dict(), "opt": opt.state_dict(), "mean": mean_ret}, CKPT)
    elif mean_ret < best_mean - COLLAPSE:
        ckpt = torch.load(CKPT)
        net.load_state_dict(ckpt["net"])
        opt.load_state_dict(ckpt["opt"])
        for group in opt.param_groups:
            group["lr"] *= 0.7
        rollbacks += 1
        recent.clear()
        print(f"{steps}: collapsed to {mean_ret:.1f}, back to {ckpt['mean']:.1f} (rollback {rollbacks})")

    if (steps // N_STEPS) % 50 == 0:
        print(f"{steps}: mean {mean_ret:.1f} best {best_mean:.1f}")

env.close()
