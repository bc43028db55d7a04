import torch
import torch.nn as nn
from torch.distributions import Categorical

from .base import BaseAgent


class MazeNet(nn.Module):
    def __init__(self, obs_dim, n_actions, width):
        super().__init__()
        self.inp = nn.Linear(obs_dim, width)
        self.gru = nn.GRUCell(width, width)
        self.pi = nn.Linear(width, n_actions)
        self.v = nn.Linear(width, 1)

    def forward(self, x, path):
        path = self.gru(torch.relu(self.inp(x)), path)
        return self.pi(path), self.v(path).squeeze(-1), path


class GRUAgent(BaseAgent):
    def __init__(self, obs_dim, n_actions, num_envs, width=64, lr=7e-4, gamma=0.98):
        self.net = MazeNet(obs_dim, n_actions, width)
        self.optimizer = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.gamma = gamma
        self.path = torch.zeros(num_envs, width)
        self.buf = []

    def act(self, obs):
        logits, value, self.path = self.net(torch.from_numpy(obs), self.path)
        dist = Categorical(logits=logits)
        action = dist.sample()
        self.buf.append([dist.log_prob(action), value, dist.entropy()])
        return action.numpy()

    def observe(self, rewards, dones):
        live = torch.from_numpy(~dones).float()
        self.buf[-1] += [torch.from_numpy(rewards), live]
        self.path = self.path * live.unsqueeze(1)

    def learn(self, last_obs):
        with torch.no_grad():
            ret = self.net(torch.from_numpy(last_obs), self.path)[1]
        rets = []
        for _, _, _, r, live in reversed(self.buf):
            ret = r + self.gamma * live * ret
            rets.insert(0, ret)
        logp, value, ent = (torch.stack([row[k] for row in self.buf]) for k in range(3))
        rets = torch.stack(rets)
        loss = -(logp * (rets - value).detach()).mean() + 0.5 * (rets - value).pow(2).mean() - 0.02 * ent.mean()
        self.optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optimizer.step()
        self.buf = []
        self.path = self.path.detach()
        return float(loss)
