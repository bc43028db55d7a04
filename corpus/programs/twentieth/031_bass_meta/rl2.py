import argparse
import math
import os

import torch
import torch.nn as nn
from torch.distributions import Normal

from patchworld import BassPatches


class MetaPolicy(nn.Module):
    def __init__(self, obs, act, hidden=128):
        super().__init__()
        # input: obs, last action, last reward, last done
        self.gru = nn.GRUCell(obs + act + 2, hidden)
        self.mu = nn.Linear(hidden, act)
        self.log_std = nn.Parameter(torch.full((act,), -0.5))
        self.value = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x, h):
        h = self.gru(x, h)
        return Normal(self.mu(h), self.log_std.exp()), self.value(h).squeeze(-1), h


class Meta:
    def __init__(self, args):
        self.args = args
        self.world = BassPatches(args.seed)
        self.net = MetaPolicy(BassPatches.obs_size, BassPatches.act_size)
        self.opt = torch.optim.Adam(self.net.parameters(), lr=args.lr)
        self.best = -math.inf
        self.path = os.path.join(args.out, "meta.pt")

    def save(self):
        torch.save({"net": self.net.state_dict(), "opt": self.opt.state_dict()}, self.path)

    def go_back(self):
        ckpt = torch.load(self.path)
        self.net.load_state_dict(ckpt["net"])
        self.opt.load_state_dict(ckpt["opt"])

    def start_patch(self):
        self.obs = self.world.new_patch()
        self.h = torch.zeros(1, self.net.hidden)
        self.last = torch.zeros(BassPatches.act_size + 2)

    def play_bar(self):
        """One bar with the memory of the bars before on the same patch."""
        logps, values, rewards, ents = [], [], [], []
        done = False
        while not done:
            x = torch.cat([torch.from_numpy(self.obs), self.last])[None]
            dist, v, self.h = self.net(x, self.h)
            a = dist.sample()
            self.obs, r, done = self.world.turn(a[0].numpy())
            self.last = torch.cat([a[0], torch.tensor([r, float(done)])])
            logps.append(dist.log_prob(a).sum())
            values.append(v[0])
            rewards.append(r)
            ents.append(dist.entropy().sum())
        self.obs = self.world.new_bar()
        return torch.stack(logps), torch.stack(values), rewards, torch.stack(ents)

    def learn_bar(self):
        logps, values, rewards, ents = self.play_bar()
        ret, g = [], 0.0
        for r in reversed(rewards):
            g = r + 0.95 * g
            ret.insert(0, g)
        ret = torch.tensor(ret)
        adv = ret - values
        loss = -(logps * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.003 * ents.mean()
        self.opt.zero_grad()
        loss.backward()
        norm = nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        if torch.isfinite(norm):
            self.opt.step()
        self.h = self.h.detach()
        if loss.item() > self.args.blowup or not torch.isfinite(norm):
            print("loss", loss.item(), "- back to the last good policy")
            self.go_back()
        return sum(rewards)

    def run(self):
        self.save()
        worse, score = 0, 0.0
        for patch in range(self.args.patches):
            self.start_patch()
            total = sum(self.learn_bar() for _ in range(self.args.bars))
            score = 0.98 * score + 0.02 * total
            if patch % 100:
                continue
            print(patch, round(score, 3))
            if score > self.best:
                self.best, worse = score, 0
                self.save()
            else:
                worse += 1
                if worse > 10:
                    self.go_back()
                    worse = 0


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--patches", type=int, default=50000)
    p.add_argument("--bars", type=int, default=6)
    p.add_argument("--lr", type=float, default=3e-4)
    p.add_argument("--blowup", type=float, default=20.0)
    p.add_argument("--seed", type=int, default=0)
    p.add_argument("--out", default=".")
    Meta(p.parse_args()).run()
