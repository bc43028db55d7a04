import torch
import torch.nn as nn
import torch.nn.functional as F

from envs.battery import BatteryMarket


class DispatchNet(nn.Module):
    def __init__(self, obs_dim, n_actions, size):
        super().__init__()
        self.size = size
        self.gru = nn.GRU(obs_dim, size, batch_first=True)
        self.actor = nn.Linear(size, n_actions)
        self.critic = nn.Linear(size, 1)

    def forward(self, obs, ctx):
        y, ctx = self.gru(obs, ctx)
        return self.actor(y), self.critic(y).squeeze(-1), ctx


class Member(object):
    def __init__(self, idx, hparams, size=32, seed=0):
        self.idx = idx
        self.hparams = dict(hparams)
        self.plant = BatteryMarket(seed + idx)
        self.net = DispatchNet(self.plant.obs_dim, self.plant.n_actions, size)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=self.hparams["lr"])
        self.obs = self.plant.observe()
        self.ctx = torch.zeros(1, 1, size)
        self.score = 0.0
        self.lineage = [idx]

    def apply_hparams(self):
        for group in self.opt.param_groups:
            group["lr"] = self.hparams["lr"]

    def run_segment(self, n_chunks, chunk=32):
        earned = 0.0
        for _ in range(n_chunks):
            self.ctx = self.ctx.detach()
            logps, vals, rews, ents = [], [], [], []
            for _ in range(chunk):
                x = torch.from_numpy(self.obs).view(1, 1, -1)
                logits, v, self.ctx = self.net(x, self.ctx)
                dist = torch.distributions.Categorical(logits=logits[0, 0])
                a = dist.sample()
                self.obs, r = self.plant.advance(int(a))
                logps.append(dist.log_prob(a))
                ents.append(dist.entropy())
                vals.append(v[0, 0])
                rews.append(r)
            earned += sum(rews)
            with torch.no_grad():
                x = torch.from_numpy(self.obs).view(1, 1, -1)
                boot = self.net(x, self.ctx)[1][0, 0]
            g, targets = boot, []
            for r in reversed(rews):
                g = r + self.hparams["gamma"] * g
                targets.insert(0, g)
            targets, vals = torch.stack(targets), torch.stack(vals)
            adv = (targets - vals).detach()
            loss = -(torch.stack(logps) * adv).mean() + 0.5 * F.smooth_l1_loss(vals, targets)
            loss = loss - self.hparams["entropy"] * torch.stack(ents).mean()
            self.opt.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
            self.opt.step()
        self.score = 0.7 * self.score + 0.3 * earned
        return earned
