import argparse

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

from arena import Arena
from league import League


class FighterNet(nn.Module):
    def __init__(self, obs=10, hid=64, acts=6):
        super().__init__()
        self.rnn = nn.LSTMCell(obs, hid)
        self.pi = nn.Linear(hid, acts)
        self.v = nn.Linear(hid, 1)
        self.hid = hid

    def zero(self):
        return torch.zeros(1, self.hid), torch.zeros(1, self.hid)

    def forward(self, obs, s):
        h, c = self.rnn(torch.from_numpy(obs)[None], s)
        return Categorical(logits=self.pi(h)), self.v(h)[:, 0], (h, c)


class Learner:
    def __init__(self, lr):
        self.net = FighterNet()
        self.opt = torch.optim.Adam(self.net.parameters(), lr=lr)
        self.updates = 0

    def learn(self, traj, gamma=0.99):
        loss, g = 0.0, 0.0
        for logp, v, ent, r in reversed(traj):
            g = r + gamma * g
            adv = g - v
            loss = loss + (-logp * adv.detach() + 0.5 * adv.pow(2) - 0.01 * ent).sum()
        self.opt.zero_grad()
        (loss / len(traj)).backward()
        nn.utils.clip_grad_norm_(self.net.parameters(), 1.0)
        self.opt.step()
        self.updates += 1


def fight(arena, net, foe):
    mine, theirs = arena.reset()
    s, fs = net.zero(), foe.zero()
    traj, over = [], False
    while not over:
        pi, v, s = net(mine, s)
        a = pi.sample()
        with torch.no_grad():
            fpi, _, fs = foe(theirs, fs)
        mine, theirs, r, over = arena.step(int(a), int(fpi.sample()))
        if over:
            r += arena.result()
        traj.append((pi.log_prob(a), v, pi.entropy(), r))
    return traj, arena.result()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--fights", type=int, default=200_000)
    ap.add_argument("--freeze-every", type=int, default=2500)
    ap.add_argument("--lr", type=float, default=3e-4)
    args = ap.parse_args()

    rng = np.random.default_rng(0)
    arena = Arena(rng)
    learner = Learner(args.lr)
    league = League(rng)
    league.freeze(learner)
    foe = FighterNet()
    for n in range(1, args.fights + 1):
        idx = league.pick()
        foe.load_state_dict(league.players[idx]["weights"])
        traj, result = fight(arena, learner.net, foe)
        league.report(idx, result)
        learner.learn(traj)
        if n % args.freeze_every == 0:
            league.freeze(learner)
            print(n, league.table()[-5:])
    torch.save(learner.net.state_dict(), "fighter.pt")


if __name__ == "__main__":
    main()
