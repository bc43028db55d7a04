import argparse
import math
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

N_ACT = 4  # nothing, mist, fresh air, both


class Tunnel:
    """Oyster mushroom fruiting tunnel, one flush per episode. CO2 is read with drift."""

    def __init__(self, seed):
        self.r = random.Random(seed)

    def reset(self):
        self.co2 = self.r.uniform(0.8, 1.2)
        self.wet = self.r.uniform(0.7, 0.95)
        self.drift = self.r.gauss(0, 0.1)
        self.mass = 0.05
        self.hour = 0
        return self.view()

    def view(self):
        return [self.co2 + self.drift, self.wet, math.sin(self.hour / 24 * 6.283), self.hour / 200]

    def step(self, a):
        if a in (1, 3):
            self.wet = min(1.0, self.wet + 0.06)
        if a in (2, 3):
            self.co2 *= 0.8
            self.wet -= 0.02
        self.co2 += 0.12 * self.mass + 0.01
        self.wet = max(0.0, self.wet - 0.015)
        grow = 0.03 * self.mass * max(0, 1 - self.co2) * max(0, self.wet - 0.5) * 4
        self.mass += grow
        self.hour += 1
        over = self.hour >= 200 or self.mass > 1.5
        return self.view(), 10 * grow - 0.002 * (a != 0), over


class Net(nn.Module):
    def __init__(self, hid=64):
        super().__init__()
        self.hid = hid
        self.cell = nn.GRUCell(4, hid)
        self.head = nn.Linear(hid, N_ACT + 1)

    def forward(self, x, h):
        h = self.cell(x, h)
        out = self.head(h)
        return out[:, :N_ACT], out[:, N_ACT], h


class Keeper:
    """remembers the weights of the last good update"""

    def __init__(self, net):
        self.store(net, -1e9)

    def store(self, net, score):
        self.weights = {k: v.clone() for k, v in net.state_dict().items()}
        self.score = score

    def rollback(self, net, opt):
        net.load_state_dict(self.weights)
        opt.state.clear()
        for g in opt.param_groups:
            g["lr"] *= 0.7


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--envs", type=int, default=8)
    ap.add_argument("--steps", type=int, default=16)
    ap.add_argument("--updates", type=int, default=10000)
    ap.add_argument("--lr", type=float, default=3e-3)
    ap.add_argument("--patience", type=int, default=100)
    args = ap.parse_args()

    envs = [Tunnel(i) for i in range(args.envs)]
    obs = torch.tensor([e.reset() for e in envs])
    net = Net()
    opt = torch.optim.RMSprop(net.parameters(), lr=args.lr)
    keeper = Keeper(net)
    h = torch.zeros(args.envs, net.hid)
    ep_ret = np.zeros(args.envs)
    recent = deque(maxlen=30)
    last_good = 0

    for upd in range(args.updates):
        lps, vs, rs, ms, ents = [], [], [], [], []
        for _ in range(args.steps):
            logits, v, h = net(obs, h)
            logits = torch.nan_to_num(logits)
            d = torch.distributions.Categorical(logits=logits)
            a = d.sample()
            rows, rew, mask = [], [], []
            for i, e in enumerate(envs):
                o, r, over = e.step(a[i].item())
                ep_ret[i] += r
                if over:
                    recent.append(ep_ret[i])
                    ep_ret[i] = 0.0
                    o = e.reset()
                rows.append(o)
                rew.append(r)
                mask.append(0.0 if over else 1.0)
            obs = torch.tensor(rows)
            m = torch.tensor(mask)
            h = h * m.unsqueeze(1)
            lps.append(d.log_prob(a))
            ents.append(d.entropy())
            vs.append(v)
            rs.append(torch.tensor(rew))
            ms.append(m)

        with torch.no_grad():
            R = net(obs, h)[1]
        targets = []
        for r, m in zip(reversed(rs), reversed(ms)):
            R = r + 0.99 * R * m
            targets.append(R)
        targets = torch.stack(targets[::-1])
        values = torch.stack(vs)
        adv = targets - values
        loss = -(torch.stack(lps) * adv.detach()).mean() + F.smooth_l1_loss(values, targets) - 0.01 * torch.stack(ents).mean()

        if not torch.isfinite(loss):
            print(f"update {upd}: loss is {loss.item()}, rolling back")
            keeper.rollback(net, opt)
            h = torch.zeros(args.envs, net.hid)
            continue

        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 10.0)
        opt.step()
        h = h.detach()

        if upd % 10 == 0 and len(recent) >= 10:
            score = float(np.mean(recent))
            if score > 0.8 * keeper.score or keeper.score < 0:
                if score > keeper.score:
                    keeper.store(net, score)
                last_good = upd
            elif upd - last_good > args.patience:
                print(f"update {upd}: {score:.2f} is far below {keeper.score:.2f}, rolling back")
                keeper.rollback(net, opt)
                recent.clear()
                last_good = upd
        if upd % 200 == 0:
            print(upd, "return %.2f" % (np.mean(recent) if recent else float("nan")), "loss %.3f" % loss.item())


if __name__ == "__main__":
    main()
