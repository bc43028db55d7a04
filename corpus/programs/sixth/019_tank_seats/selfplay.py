import sys

import numpy as np
import torch
from torch import nn

from duel import TankDuel
from ladder import Ladder
from nets import TankNet

N, T, GAMMA, LAM, CLIP = 12, 64, 0.99, 0.95, 0.2


class Collector:
    def __init__(self, net, ladder):
        self.net, self.ladder = net, ladder
        self.games = [TankDuel(i) for i in range(N)]
        pairs = [g.reset() for g in self.games]
        self.mine = np.stack([p[0] for p in pairs])
        self.yours = np.stack([p[1] for p in pairs])
        for i in range(N):
            ladder.fill(i)
        self.h = torch.zeros(N, net.hid)
        self.g = torch.zeros(N, net.hid)
        self.alive = torch.zeros(N)

    @torch.no_grad()
    def collect(self):
        rows, h0 = [], self.h.clone()
        for _ in range(T):
            k = self.alive.unsqueeze(1)
            x = torch.tensor(self.mine)
            pi, v, self.h = self.net(x, self.h * k)
            a = pi.sample()
            y = torch.from_numpy(self.yours)
            before = self.g * k
            b = []
            for i, seat in enumerate(self.ladder.seats):
                qi, _, self.g[i:i + 1] = seat(y[i:i + 1], before[i:i + 1])
                b.append(int(qi.sample()))
            rows.append([x, self.alive.clone(), a, pi.log_prob(a), v, torch.zeros(N), torch.ones(N)])
            for i, game in enumerate(self.games):
                (self.mine[i], self.yours[i]), r, over = game.step(int(a[i]), b[i])
                rows[-1][5][i] = r
                if over:
                    rows[-1][6][i] = 0.0
                    self.ladder.report(i, r)
                    self.ladder.fill(i)
                    self.mine[i], self.yours[i] = game.reset()
            self.alive = rows[-1][6].clone()
        x, al, a, lp, v, r, nxt = (torch.stack(c) for c in zip(*rows))
        last = self.net(torch.from_numpy(self.mine), self.h * self.alive.unsqueeze(1))[1]
        adv, acc = torch.zeros_like(r), torch.zeros(N)
        for t in reversed(range(T)):
            v1 = v[t + 1] if t + 1 < T else last
            acc = r[t] + GAMMA * v1 * nxt[t] - v[t] + GAMMA * LAM * nxt[t] * acc
            adv[t] = acc
        return h0, x, al, a, lp, adv, adv + v


def ppo(net, opt, h0, x, al, a, lp, adv, ret):
    adv = (adv - adv.mean()) / (adv.std() + 1e-6)
    for _ in range(4):
        h, logs, vals, ents = h0, [], [], []
        for t in range(T):
            pi, v, h = net(x[t], h * al[t].unsqueeze(1))
            logs.append(pi.log_prob(a[t])), vals.append(v), ents.append(pi.entropy())
        ratio = (torch.stack(logs) - lp).exp()
        loss = -torch.min(ratio * adv, ratio.clamp(1 - CLIP, 1 + CLIP) * adv).mean()
        loss = loss + 0.5 * (torch.stack(vals) - ret).pow(2).mean() - 0.01 * torch.stack(ents).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()


if __name__ == "__main__":
    torch.manual_seed(2)
    net = TankNet()
    opt = torch.optim.Adam(net.parameters(), 3e-4)
    ladder = Ladder(N)
    ladder.push("start", net)
    col = Collector(net, ladder)
    for it in range(int(sys.argv[1]) if len(sys.argv) > 1 else 5000):
        ppo(net, opt, *col.collect())
        if it % 25 == 24:
            ladder.push(f"it{it + 1}", net)
            print(it + 1, "elo %.0f" % ladder.elo_now, "ladder", len(ladder.past))
    torch.save(net.state_dict(), "tank.pt")
