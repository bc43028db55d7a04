import torch
import torch.nn as nn
import torch.nn.functional as F


class Batch(dict):
    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


class RecurrentNet(nn.Module):
    def __init__(self, obs, act, hidden=64):
        super().__init__()
        self.fc = nn.Linear(obs, hidden)
        self.nn = nn.LSTM(hidden, hidden, batch_first=True)
        self.pi = nn.Linear(hidden, act)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, state=None):
        hc = None
        if state is not None:
            hc = (state["hidden"].transpose(0, 1).contiguous(), state["cell"].transpose(0, 1).contiguous())
        y, (h, c) = self.nn(F.relu(self.fc(obs)), hc)
        new = Batch(hidden=h.transpose(0, 1).detach(), cell=c.transpose(0, 1).detach())
        return self.pi(y), self.v(y).squeeze(-1), new


class A2CPolicy(nn.Module):
    def __init__(self, net, lr=7e-4, gamma=0.99):
        super().__init__()
        self.net, self.lr, self.gamma = net, lr, gamma
        self.make_optim()

    def make_optim(self):
        self.optim = torch.optim.Adam(self.net.parameters(), lr=self.lr)

    def forward(self, batch, state=None):
        logits, value, state = self.net(batch.obs[:, None], state)
        dist = torch.distributions.Categorical(logits=logits[:, 0])
        return Batch(act=dist.sample(), dist=dist, value=value[:, 0], state=state)

    def learn(self, steps, first_state):
        state, logps, vals, ents = first_state, [], [], []
        for s in steps:
            logits, v, state = self.net(s.obs[:, None], state)
            dist = torch.distributions.Categorical(logits=logits[:, 0])
            logps.append(dist.log_prob(s.act))
            vals.append(v[:, 0])
            ents.append(dist.entropy())
            keep = (1 - s.done)[:, None, None]
            state = Batch(hidden=state.hidden * keep, cell=state.cell * keep)
        ret, out = vals[-1].detach(), []
        for s in reversed(steps):
            ret = s.rew + self.gamma * ret * (1 - s.done)
            out.insert(0, ret)
        adv = torch.stack(out) - torch.stack(vals)
        loss = -(torch.stack(logps) * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * torch.stack(ents).mean()
        self.optim.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
        self.optim.step()
        return loss.item()
