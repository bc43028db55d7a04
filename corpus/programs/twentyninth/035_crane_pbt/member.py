import numpy as np
import ray
import torch
import torch.nn as nn

from yard import Yard


class ActorCritic(nn.Module):
    def __init__(self, n_obs, n_act, h=64):
        super().__init__()
        self.h = h
        self.fc = nn.Linear(n_obs, h)
        self.core = nn.GRUCell(h, h)
        self.pi = nn.Linear(h, n_act)
        self.v = nn.Linear(h, 1)

    def forward(self, x, s):
        s = self.core(torch.relu(self.fc(x)), s)
        return self.pi(s), self.v(s).squeeze(-1), s


@ray.remote(num_cpus=1)
class Member:
    def __init__(self, idx, lr, ent):
        torch.manual_seed(idx)
        self.idx, self.ent = idx, ent
        self.env = Yard(idx)
        self.net = ActorCritic(Yard.n_obs, Yard.n_act)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.obs = self.env.reset()
        self.core_state = torch.zeros(1, self.net.h)
        self.ret, self.recent = 0.0, []

    def fragment(self, n=64):
        s = self.core_state.detach()
        logps, vals, rews, ents, masks = [], [], [], [], []
        for _ in range(n):
            logits, v, s = self.net(torch.from_numpy(self.obs)[None], s)
            d = torch.distributions.Categorical(logits=logits)
            a = d.sample()
            self.obs, r, done = self.env.step(int(a))
            self.ret += r
            logps.append(d.log_prob(a)); vals.append(v); rews.append(r); ents.append(d.entropy())
            masks.append(0.0 if done else 1.0)
            if done:
                self.recent = (self.recent + [self.ret])[-10:]
                self.ret = 0.0
                self.obs = self.env.reset()
                s = torch.zeros_like(s)
        with torch.no_grad():
            _, boot, _ = self.net(torch.from_numpy(self.obs)[None], s)
        self.core_state = s.detach()
        return logps, vals, rews, ents, masks, boot

    def train(self, fragments):
        for _ in range(fragments):
            logps, vals, rews, ents, masks, g = self.fragment()
            rets = []
            for r, m in zip(reversed(rews), reversed(masks)):
                g = r + 0.99 * m * g
                rets.append(g)
            rets = torch.cat(rets[::-1])
            adv = rets - torch.cat(vals)
            loss = (-(torch.cat(logps) * adv.detach()) + 0.5 * adv.pow(2) - self.ent * torch.cat(ents)).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 0.5)
            self.opt.step()
        return float(np.mean(self.recent)) if self.recent else -np.inf

    def give(self):
        return {k: v.cpu().numpy() for k, v in self.net.state_dict().items()}, self.opt.param_groups[0]["lr"], self.ent

    def take(self, weights, lr, ent):
        self.net.load_state_dict({k: torch.tensor(v) for k, v in weights.items()})
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.ent = ent
        self.recent.clear()
