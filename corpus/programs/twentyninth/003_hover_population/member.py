import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from hover import Hover


class HoverNet(nn.Module):
    def __init__(self, n_obs, n_act, width=40):
        super().__init__()
        self.width = width
        self.cell = nn.GRUCell(n_obs, width)
        self.policy = nn.Linear(width, n_act)
        self.value = nn.Linear(width, 1)

    def forward(self, x, mem):
        mem = self.cell(x, mem)
        return Categorical(logits=self.policy(mem)), self.value(mem).squeeze(-1), mem


class Trainer:
    def __init__(self, seed, hyper):
        torch.manual_seed(seed)
        torch.set_num_threads(1)
        self.env = Hover(seed)
        self.net = HoverNet(self.env.n_obs, self.env.n_act)
        self.hyper = dict(hyper)
        self.opt = torch.optim.RMSprop(self.net.parameters(), lr=hyper["lr"])
        self.obs = self.env.reset()
        self.mem = torch.zeros(1, self.net.width)
        self.total = 0.0
        self.returns = []

    def advance(self, n_updates):
        for _ in range(n_updates):
            self._one_update()
        recent = self.returns[-20:]
        return float(np.mean(recent)) if recent else -1e9

    def _one_update(self, horizon=40):
        self.mem = self.mem.detach()
        trail = []
        for _ in range(horizon):
            dist, v, self.mem = self.net(torch.from_numpy(self.obs)[None], self.mem)
            a = dist.sample()
            self.obs, r, done = self.env.step(int(a))
            self.total += r
            trail.append((dist.log_prob(a), v, dist.entropy(), r, done))
            if done:
                self.returns.append(self.total)
                self.total = 0.0
                self.obs = self.env.reset()
                self.mem = torch.zeros(1, self.net.width)
        with torch.no_grad():
            _, boot, _ = self.net(torch.from_numpy(self.obs)[None], self.mem)
        loss = 0.0
        for logp, v, ent, r, done in reversed(trail):
            boot = r * 0.1 + self.hyper["gamma"] * boot * (0.0 if done else 1.0)
            adv = boot - v
            loss = loss + adv.pow(2) - logp * adv.detach() - self.hyper["beta"] * ent
        self.opt.zero_grad()
        (loss.mean() / horizon).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()

    def genes(self):
        return {k: p.detach().numpy().copy() for k, p in self.net.named_parameters()}, dict(self.hyper)

    def inherit(self, arrays, hyper):
        with torch.no_grad():
            for k, p in self.net.named_parameters():
                p.copy_(torch.from_numpy(arrays[k]))
        self.hyper = hyper
        for group in self.opt.param_groups:
            group["lr"] = hyper["lr"]
        self.returns.clear()


def member_main(pipe, seed, hyper):
    trainer = Trainer(seed, hyper)
    while True:
        order, payload = pipe.recv()
        if order == "advance":
            pipe.send(trainer.advance(payload))
        elif order == "genes":
            pipe.send(trainer.genes())
        elif order == "inherit":
            trainer.inherit(*payload)
            pipe.send("ok")
        elif order == "quit":
            pipe.close()
            return
