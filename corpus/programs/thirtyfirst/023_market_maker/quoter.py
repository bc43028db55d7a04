import copy

import torch
import torch.nn as nn
from torch.distributions import Categorical

from book import QuoteBook


class QuoteNet(nn.Module):
    def __init__(self, size):
        super().__init__()
        self.size = size
        self.lstm = nn.LSTMCell(QuoteBook.OBS, size)
        self.pi = nn.Linear(size, QuoteBook.ACTIONS)
        self.v = nn.Linear(size, 1)

    def forward(self, obs, hx, cx):
        hx, cx = self.lstm(obs, (hx, cx))
        return Categorical(logits=self.pi(hx)), self.v(hx).squeeze(-1), hx, cx


class Quoter:
    """A2C agent that quotes in n markets at once."""

    def __init__(self, n, size=96, lr=5e-4):
        self.n = n
        self.net = QuoteNet(size)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr, alpha=0.99, eps=1e-5)
        self.hx = torch.zeros(n, size)
        self.cx = torch.zeros(n, size)
        self.kept = None

    def quote(self, obs):
        dist, value, self.hx, self.cx = self.net(torch.from_numpy(obs), self.hx, self.cx)
        a = dist.sample()
        return a.numpy(), dist.log_prob(a), value, dist.entropy()

    def session_over(self, closed):
        live = torch.from_numpy(~closed).float().unsqueeze(1)
        self.hx = self.hx * live
        self.cx = self.cx * live

    def cut_graph(self):
        self.hx = self.hx.detach()
        self.cx = self.cx.detach()

    def look_ahead(self, obs):
        with torch.no_grad():
            return self.net(torch.from_numpy(obs), self.hx, self.cx)[1]

    def improve(self, logps, values, entropies, rewards, closed, tail, gamma=0.99, beta=0.01):
        ret, targets = tail, []
        for r, c in zip(reversed(rewards), reversed(closed)):
            ret = torch.from_numpy(r) + gamma * ret * torch.from_numpy(~c).float()
            targets.append(ret)
        targets = torch.stack(targets[::-1])
        values = torch.stack(values)
        adv = targets - values
        loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - beta * torch.stack(entropies).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        self.cut_graph()
        return loss.item()

    def keep(self):
        self.kept = copy.deepcopy(self.net.state_dict()), copy.deepcopy(self.opt.state_dict())

    def go_back(self):
        weights, moments = self.kept
        self.net.load_state_dict(weights)
        self.opt.load_state_dict(moments)
        self.hx = torch.zeros_like(self.hx)
