import torch
import torch.nn as nn
from torch.distributions import Categorical


class DispatchNet(nn.Module):
    def __init__(self, obs_dim, zones, size=64):
        super().__init__()
        self.enc = nn.Sequential(nn.Linear(obs_dim, size), nn.ReLU())
        self.rnn = nn.GRUCell(size, size)
        self.policy = nn.Linear(size, zones)
        self.value = nn.Linear(size, 1)

    def forward(self, x, h):
        h = self.rnn(self.enc(x), h)
        return Categorical(logits=self.policy(h)), self.value(h).squeeze(-1), h


class DispatchAgent:
    def __init__(self, city):
        self.city = city
        self.net = DispatchNet(city.obs_dim, city.zones)
        self.obs = torch.from_numpy(city.observe())
        self.init_hidden()
        self.configure(1e-3, 0.99, 0.01)

    def init_hidden(self):
        self.h = torch.zeros(self.city.taxis, 64)

    def configure(self, lr, gamma, entropy):
        self.gamma, self.entropy = gamma, entropy
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)

    def restart(self, weights):
        self.net.load_state_dict(weights)
        self.opt.state.clear()

    def train_segment(self, n):
        self.h = self.h.detach()
        logp, val, rew, ent = [], [], [], []
        for _ in range(n):
            pi, v, self.h = self.net(self.obs, self.h)
            a = pi.sample()
            obs, r = self.city.step(a.numpy())
            self.obs = torch.from_numpy(obs)
            logp.append(pi.log_prob(a)), val.append(v), ent.append(pi.entropy())
            rew.append(torch.from_numpy(r))
        g, ret = val[-1].detach(), []
        for r in rew[::-1]:
            g = r + self.gamma * g
            ret.append(g)
        ret, val = torch.stack(ret[::-1]), torch.stack(val)
        adv = ret - val
        loss = -(torch.stack(logp) * adv.detach()).mean() + 0.5 * (adv ** 2).mean()
        loss = loss - self.entropy * torch.stack(ent).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        return torch.stack(rew).mean().item()
