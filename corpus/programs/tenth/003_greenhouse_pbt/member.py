import gymnasium as gym
import torch
import torch.nn as nn
import torch.nn.functional as F

from greenhouse import GreenhouseEnv


class ClimateNet(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.inp = nn.Linear(3, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.actor = nn.Linear(hidden, 4)
        self.critic = nn.Linear(hidden, 1)

    def forward(self, obs, hx):
        hx = self.rnn(torch.tanh(self.inp(obs)), hx)
        return self.actor(hx), self.critic(hx).squeeze(-1), hx


class Member:
    def __init__(self, idx, n_envs=8, horizon=40, lr=1e-3, ent=0.01):
        self.idx, self.n_envs, self.horizon = idx, n_envs, horizon
        self.hyper = {"lr": lr, "ent": ent}
        self.envs = gym.vector.SyncVectorEnv(
            [GreenhouseEnv for _ in range(n_envs)], autoreset_mode=gym.vector.AutoresetMode.SAME_STEP
        )
        self.net = ClimateNet()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        obs, _ = self.envs.reset(seed=idx * 100)
        self.obs = torch.as_tensor(obs)
        self.hx = torch.zeros(n_envs, 64)
        self.fitness = 0.0

    def train_chunk(self):
        hx = self.hx.detach()
        logps, values, rewards, alive, ents = [], [], [], [], []
        for _ in range(self.horizon):
            logits, value, hx = self.net(self.obs, hx)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            obs, rew, term, trunc, _ = self.envs.step(act.numpy())
            keep = 1.0 - torch.as_tensor(term | trunc).float()
            hx = hx * keep.unsqueeze(1)
            self.obs = torch.as_tensor(obs)
            logps.append(dist.log_prob(act))
            ents.append(dist.entropy())
            values.append(value)
            rewards.append(torch.as_tensor(rew, dtype=torch.float32))
            alive.append(keep)
        with torch.no_grad():
            _, ret, _ = self.net(self.obs, hx)
        returns = []
        for r, k in zip(reversed(rewards), reversed(alive)):
            ret = r + 0.99 * k * ret
            returns.insert(0, ret)
        returns, values = torch.stack(returns), torch.stack(values)
        adv = (returns - values).detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(values, returns)
        loss = loss - self.hyper["ent"] * torch.stack(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.hx = hx.detach()
        self.fitness = 0.9 * self.fitness + 0.1 * torch.stack(rewards).mean().item()
