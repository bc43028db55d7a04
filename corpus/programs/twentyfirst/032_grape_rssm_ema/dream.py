import argparse
import copy
import random

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from vineyard import VineRow


class World(nn.Module):
    def __init__(self, o, a, d=128, s=16):
        super().__init__()
        self.d, self.s = d, s
        self.enc = nn.Linear(o, 64)
        self.pre = nn.Linear(s + a, d)
        self.gru = nn.GRUCell(d, d)
        self.prior = nn.Linear(d, 2 * s)
        self.post = nn.Linear(d + 64, 2 * s)
        self.dec = nn.Linear(d + s, o)
        self.rew = nn.Linear(d + s, 1)
        self.pi = nn.Sequential(nn.Linear(d + s, 64), nn.ELU(), nn.Linear(64, a), nn.Tanh())

    def blank(self, n=1):
        return torch.zeros(n, self.d), torch.zeros(n, self.s)

    def infer(self, o, a, bel):
        det, sto = bel
        det = self.gru(F.elu(self.pre(torch.cat([sto, a], -1))), det)
        pm, ps = self.prior(det).chunk(2, -1)
        qm, qs = self.post(torch.cat([det, self.enc(o)], -1)).chunk(2, -1)
        qs, ps = F.softplus(qs) + .1, F.softplus(ps) + .1
        sto = qm + qs * torch.randn_like(qs)
        kl = (torch.log(ps / qs) + (qs ** 2 + (qm - pm) ** 2) / (2 * ps ** 2) - .5).sum(-1)
        return (det, sto), kl

    def imagine(self, a, bel):
        det, sto = bel
        det = self.gru(F.elu(self.pre(torch.cat([sto, a], -1))), det)
        pm, _ = self.prior(det).chunk(2, -1)
        return det, pm


class Ema:
    def __init__(self, net, decay):
        self.decay = decay
        self.shadow = {k: v.clone() for k, v in net.state_dict().items()}

    def update(self, net):
        for k, v in net.state_dict().items():
            self.shadow[k].lerp_(v, 1 - self.decay)


def learn(w, opt, eps, batch=16, L=30):
    rows = random.choices(eps, k=batch)
    cut = [random.randrange(len(e[0]) - L) for e in rows]
    pick = lambda j: torch.tensor(np.stack([e[j][c:c + L] for e, c in zip(rows, cut)]), dtype=torch.float32)
    o, a, r = pick(0), pick(1), pick(2)
    bel, loss = w.blank(batch), 0.
    for t in range(L):
        bel, kl = w.infer(o[:, t], a[:, t], bel)
        f = torch.cat(bel, -1)
        loss = loss + F.mse_loss(w.dec(f), o[:, t]) + F.mse_loss(w.rew(f)[:, 0], r[:, t]) + kl.clamp(min=1.).mean()
    dream, ret = tuple(b.detach() for b in bel), 0.
    for k in range(12):
        dream = w.imagine(w.pi(torch.cat(dream, -1)), dream)
        ret = ret + 0.97 ** k * w.rew(torch.cat(dream, -1)).mean()
    opt.zero_grad()
    (loss / L - 0.1 * ret).backward()
    nn.utils.clip_grad_norm_(w.parameters(), 100.)
    opt.step()


@torch.no_grad()
def episode(w, env, noise):
    bel, act = w.blank(), torch.zeros(1, env.act_dim)
    o, end, total = env.reset(), False, 0.
    O, A, R = [], [], []
    r = 0.
    while not end:
        O.append(o); A.append(act[0].numpy()); R.append(r)
        bel, _ = w.infer(torch.from_numpy(o)[None], act, bel)
        act = (w.pi(torch.cat(bel, -1)) + noise * torch.randn(1, env.act_dim)).clamp(-1, 1)
        o, r, end = env.step(act[0].numpy())
        total += r
    return (np.stack(O), np.stack(A), np.array(R, np.float32)), total


def main():
    p = argparse.ArgumentParser()
    p.add_argument('--episodes', type=int, default=600)
    p.add_argument('--decay', type=float, default=0.995)
    a = p.parse_args()
    env, test_env = VineRow(0), VineRow(999)
    w = World(env.obs_dim, env.act_dim)
    opt = torch.optim.Adam(w.parameters(), lr=6e-4)
    ema, eps, top = Ema(w, a.decay), [], -1e9
    for n in range(a.episodes):
        ep, ret = episode(w, env, noise=0.3)
        eps.append(ep)
        for _ in range(25):
            learn(w, opt, eps)
            ema.update(w)
        if n % 20 == 19:
            raw = copy.deepcopy(w.state_dict())
            w.load_state_dict(ema.shadow)
            score = sum(episode(w, test_env, noise=0.)[1] for _ in range(5)) / 5
            if score > top:
                top = score
                torch.save(w.state_dict(), 'vineyard_ema.pt')
            w.load_state_dict(raw)
            print(n, 'train', round(ret, 2), 'ema', round(score, 2))


if __name__ == '__main__':
    main()
