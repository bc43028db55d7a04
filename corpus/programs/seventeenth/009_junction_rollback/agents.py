import copy

import torch
from torch import nn
from torch.distributions import Categorical


class SignalNet(nn.Module):
    def __init__(self, obs=7, hidden=64):
        super().__init__()
        self.body = nn.Sequential(nn.Linear(obs, hidden), nn.Tanh())
        self.rnn = nn.LSTMCell(hidden, hidden)
        self.actor, self.critic = nn.Linear(hidden, 2), nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x, hx, cx):
        hx, cx = self.rnn(self.body(x), (hx, cx))
        return Categorical(logits=self.actor(hx)), self.critic(hx).squeeze(-1), hx, cx


class SharedController:
    """One net for all junctions, one LSTM state per junction."""

    def __init__(self, ids, lr=7e-4):
        self.ids = ids
        self.net = SignalNet()
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=lr)
        self.best, self.best_delay = None, float("inf")
        self.new_day()

    def new_day(self):
        z = torch.zeros(1, self.net.hidden)
        self.hx = {j: z for j in self.ids}
        self.cx = {j: z for j in self.ids}
        self.clear()

    def clear(self):
        self.logp, self.values, self.rewards = [], [], []

    def act(self, obs):
        phases, lp, vs = {}, [], []
        for j in self.ids:
            x = torch.from_numpy(obs[j])[None]
            dist, v, self.hx[j], self.cx[j] = self.net(x, self.hx[j], self.cx[j])
            a = dist.sample()
            phases[j] = int(a)
            lp.append(dist.log_prob(a))
            vs.append(v)
        self.logp.append(torch.cat(lp))
        self.values.append(torch.cat(vs))
        return phases

    def learn(self, gamma=0.97):
        ret, rets = self.values[-1].detach(), []
        for r in reversed(self.rewards):
            ret = r + gamma * ret
            rets.insert(0, ret)
        rets, values = torch.stack(rets), torch.stack(self.values)
        adv = rets - values
        loss = -(torch.stack(self.logp) * adv.detach()).mean() + 0.5 * adv.pow(2).mean()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.opt.step()
        for j in self.ids:
            self.hx[j], self.cx[j] = self.hx[j].detach(), self.cx[j].detach()
        self.clear()

    def keep_or_return(self, delay, tolerance=1.3):
        if delay < self.best_delay:
            self.best_delay = delay
            self.best = copy.deepcopy(self.net.state_dict())
        elif delay > tolerance * self.best_delay:
            self.net.load_state_dict(self.best)
            self.best_delay *= 1.05
            return True
        return False
