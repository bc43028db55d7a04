import argparse
import copy
import random

import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical


class TwoPaddle:
    """Batched toy pong: one ball, one paddle on each side."""

    def __init__(self, n, device="cpu"):
        self.n = n
        self.dev = device
        self.reset()

    def reset(self):
        self.ball = torch.zeros(self.n, 2, device=self.dev)
        self.vel = torch.randn(self.n, 2, device=self.dev) * 0.05
        self.pads = torch.zeros(self.n, 2, device=self.dev)
        return self.views()

    def views(self):
        left = torch.cat([self.ball, self.pads], 1)
        right = torch.cat([-self.ball[:, :1], self.ball[:, 1:], self.pads.flip(1)], 1)
        return left, right

    def step(self, a_left, a_right):
        move = torch.stack([a_left, a_right], 1).float() - 1.0
        self.pads = (self.pads + 0.06 * move).clamp(-1, 1)
        self.ball = self.ball + self.vel
        wall = self.ball[:, 1].abs() > 1
        self.vel[wall, 1] *= -1
        out_r = self.ball[:, 0] > 1
        out_l = self.ball[:, 0] < -1
        saved_r = out_r & ((self.ball[:, 1] - self.pads[:, 1]).abs() < 0.2)
        saved_l = out_l & ((self.ball[:, 1] - self.pads[:, 0]).abs() < 0.2)
        self.vel[saved_r | saved_l, 0] *= -1
        win, lose = out_r & ~saved_r, out_l & ~saved_l
        done = win | lose
        if done.any():
            k = int(done.sum())
            self.ball[done] = 0
            self.pads[done] = 0
            self.vel[done] = torch.randn(k, 2, device=self.dev) * 0.05
        return self.views(), win.float() - lose.float(), done


class Player(nn.Module):
    def __init__(self, obs=4, act=3, hid=128):
        super().__init__()
        self.enc = nn.Linear(obs, hid)
        self.gru = nn.GRUCell(hid, hid)
        self.pi = nn.Linear(hid, act)
        self.v = nn.Linear(hid, 1)

    def forward(self, x, h):
        h = self.gru(F.relu(self.enc(x)), h)
        return Categorical(logits=self.pi(h)), self.v(h).squeeze(-1), h


def main():
    p = argparse.ArgumentParser()
    p.add_argument("--envs", type=int, default=64)
    p.add_argument("--steps", type=int, default=20)
    p.add_argument("--updates", type=int, default=20000)
    p.add_argument("--snap-every", type=int, default=200)
    p.add_argument("--swap-every", type=int, default=50)
    p.add_argument("--lr", type=float, default=3e-4)
    args = p.parse_args()

    env = TwoPaddle(args.envs)
    net, opp = Player(), Player()
    opp.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=args.lr)
    pool = [copy.deepcopy(net.state_dict())]

    obs, obs_opp = env.reset()
    h = torch.zeros(args.envs, 128)
    h_opp = torch.zeros(args.envs, 128)
    for upd in range(1, args.updates + 1):
        h = h.detach()
        logps, vals, rews, masks, ents = [], [], [], [], []
        for _ in range(args.steps):
            dist, v, h = net(obs, h)
            a = dist.sample()
            with torch.no_grad():
                dist_opp, _, h_opp = opp(obs_opp, h_opp)
            (obs, obs_opp), r, done = env.step(a, dist_opp.sample())
            m = 1.0 - done.float()
            h = h * m[:, None]
            h_opp = h_opp * m[:, None]
            logps.append(dist.log_prob(a)); vals.append(v); ents.append(dist.entropy())
            rews.append(r); masks.append(m)
        with torch.no_grad():
            ret = net(obs, h)[1]
        loss = 0.0
        for t in reversed(range(args.steps)):
            ret = rews[t] + 0.99 * masks[t] * ret
            adv = ret - vals[t]
            loss = loss - (logps[t] * adv.detach()).mean() + 0.5 * adv.pow(2).mean() - 0.01 * ents[t].mean()
        opt.zero_grad()
        (loss / args.steps).backward()
        nn.utils.clip_grad_norm_(net.parameters(), 0.5)
        opt.step()

        if upd % args.snap_every == 0:
            pool.append(copy.deepcopy(net.state_dict()))
            pool = pool[-20:]
        if upd % args.swap_every == 0:
            opp.load_state_dict(random.choice(pool))
            print(f"{upd} reward {torch.stack(rews).mean().item():+.4f} pool {len(pool)}")


if __name__ == "__main__":
    main()
