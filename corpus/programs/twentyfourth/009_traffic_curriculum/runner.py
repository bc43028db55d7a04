import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from grid import JunctionGrid


class SignalNet(nn.Module):
    """One set of weights for all junctions, a junction is a row of the batch."""

    def __init__(self, hidden=64):
        super().__init__()
        self.hidden = hidden
        self.rnn = nn.GRU(3, hidden)
        self.q = nn.Linear(hidden, 2)
        self.v = nn.Linear(hidden, 1)

    def forward(self, obs, h):
        y, h = self.rnn(obs[None], h)
        return self.q(y[0]), self.v(y[0]).squeeze(-1), h


class Runner:
    def __init__(self, stage, lr=5e-4, unroll=40):
        self.unroll = unroll
        self.net = SignalNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.build(stage)

    def build(self, stage):
        self.env = JunctionGrid(stage["junctions"], stage["demand"])
        self.obs = self.env.reset()
        self.hidden = torch.zeros(1, stage["junctions"], self.net.hidden)

    def save(self, path):
        torch.save({"net": self.net.state_dict(), "opt": self.opt.state_dict()}, path)

    def load(self, path, stage=None):
        ckpt = torch.load(path)
        self.net.load_state_dict(ckpt["net"])
        self.opt.load_state_dict(ckpt["opt"])
        if stage is None:
            return
        if stage["junctions"] != self.env.junctions:
            self.build(stage)
        else:
            self.env.set_demand(stage["demand"])

    def iterate(self):
        h = self.hidden
        logps, values, rewards, masks = [], [], [], []
        for _ in range(self.unroll):
            logits, v, h = self.net(torch.from_numpy(self.obs), h)
            dist = torch.distributions.Categorical(logits=logits)
            a = dist.sample()
            self.obs, r, done = self.env.step(a.numpy())
            if done:
                self.obs = self.env.reset()
                h = torch.zeros_like(h)
            logps.append(dist.log_prob(a))
            values.append(v)
            rewards.append(torch.as_tensor(r, dtype=torch.float32))
            masks.append(0.0 if done else 1.0)
        self.hidden = h.detach()

        with torch.no_grad():
            ret = self.net(torch.from_numpy(self.obs), self.hidden)[1]
        targets = []
        for r, m in zip(rewards[::-1], masks[::-1]):
            ret = r + 0.97 * m * ret
            targets.append(ret)
        targets = torch.stack(targets[::-1])
        values = torch.stack(values)
        loss = F.mse_loss(values, targets) - (torch.stack(logps) * (targets - values).detach()).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return float(np.mean([r.mean() for r in rewards]))
