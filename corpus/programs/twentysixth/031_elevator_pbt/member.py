import torch
import torch.nn as nn
import torch.nn.functional as F

from building import Building


class DispatchNet(nn.Module):
    def __init__(self, obs_dim, cars, hidden=96):
        super().__init__()
        self.cars = cars
        self.enc = nn.Linear(obs_dim, hidden)
        self.rnn = nn.LSTMCell(hidden, hidden)
        self.pi = nn.Linear(hidden, cars * 3)
        self.v = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x, hc):
        h, c = self.rnn(torch.relu(self.enc(x)), hc)
        return self.pi(h).view(-1, self.cars, 3), self.v(h).squeeze(-1), (h, c)


class Member:
    def __init__(self, idx, lr, entropy, cars=2):
        self.idx = idx
        self.lr = lr
        self.entropy = entropy
        self.building = Building(cars=cars, seed=100 + idx)
        self.net = DispatchNet(self.building.obs_dim, cars)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.hc = (torch.zeros(1, self.net.hidden), torch.zeros(1, self.net.hidden))
        self.obs = self.building.observe()
        self.fitness = 0.0

    def set_lr(self, lr):
        self.lr = lr
        for g in self.opt.param_groups:
            g["lr"] = lr

    def train_chunk(self, steps, gamma=0.99):
        logps, values, rewards, ents = [], [], [], []
        for _ in range(steps):
            x = torch.from_numpy(self.obs).unsqueeze(0)
            logits, value, self.hc = self.net(x, self.hc)
            dist = torch.distributions.Categorical(logits=logits)
            act = dist.sample()
            self.obs, r = self.building.step(act[0].tolist())
            logps.append(dist.log_prob(act).sum())
            ents.append(dist.entropy().sum())
            values.append(value[0])
            rewards.append(r)
        with torch.no_grad():
            _, ret, _ = self.net(torch.from_numpy(self.obs).unsqueeze(0), self.hc)
            ret = ret[0]
        returns = []
        for r in reversed(rewards):
            ret = r + gamma * ret
            returns.append(ret)
        returns = torch.stack(returns[::-1])
        values = torch.stack(values)
        adv = returns - values.detach()
        loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.mse_loss(values, returns)
        loss = loss - self.entropy * torch.stack(ents).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.hc = tuple(s.detach() for s in self.hc)
        self.fitness = 0.9 * self.fitness + 0.1 * sum(rewards) / steps
