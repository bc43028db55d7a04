import random

import numpy as np
import torch
import torch.nn as nn
from torch.distributions import Categorical

H = 20
W = 30


class MiniPong:
    """Two paddles, one ball, first miss ends the rally."""

    def reset(self):
        self.p = [H // 2, H // 2]
        self.bx, self.by = W // 2, random.randint(2, H - 3)
        self.vx, self.vy = random.choice([-1, 1]), random.choice([-1, 0, 1])
        self.t = 0
        return self.views()

    def views(self):
        left = [self.p[0] / H, self.p[1] / H, self.bx / W, self.by / H]
        right = [self.p[1] / H, self.p[0] / H, 1 - self.bx / W, self.by / H]
        return np.array(left, np.float32), np.array(right, np.float32)

    def step(self, a_left, a_right):
        self.t += 1
        for i, a in enumerate((a_left, a_right)):
            self.p[i] = int(np.clip(self.p[i] + (a - 1), 1, H - 2))
        self.bx += self.vx
        self.by += self.vy
        if self.by <= 0 or self.by >= H - 1:
            self.vy = -self.vy
        r, done = 0.0, self.t > 400
        if self.bx <= 0:
            if abs(self.by - self.p[0]) > 1:
                r, done = -1.0, True
            else:
                self.vx, self.vy = 1, random.choice([-1, 0, 1])
        elif self.bx >= W - 1:
            if abs(self.by - self.p[1]) > 1:
                r, done = 1.0, True
            else:
                self.vx, self.vy = -1, random.choice([-1, 0, 1])
        return self.views(), r, done


class Paddle(nn.Module):
    def __init__(self, n_hidden=64):
        super().__init__()
        self.n_hidden = n_hidden
        self.core = nn.GRUCell(4, n_hidden)
        self.head = nn.Linear(n_hidden, 3)

    def begin(self):
        return torch.zeros(1, self.n_hidden)

    def forward(self, view, h):
        h = self.core(torch.as_tensor(view).view(1, -1), h)
        return Categorical(logits=self.head(h)), h


class League:
    def __init__(self, learner, max_size=15):
        self.learner = learner
        self.rival = Paddle(learner.n_hidden)
        self.rival.requires_grad_(False)
        self.max_size = max_size
        self.past = []
        self.wins = []

    def enroll(self):
        self.past.append(self.learner.state_dict())
        self.wins.append(0.5)
        if len(self.past) > self.max_size:
            self.past.pop(0)
            self.wins.pop(0)

    def pick(self):
        hard = [(1 - w) ** 2 + 0.01 for w in self.wins]
        k = random.choices(range(len(self.past)), weights=hard)[0]
        self.rival.load_state_dict(self.past[k])
        return k

    def record(self, k, won):
        self.wins[k] = 0.95 * self.wins[k] + 0.05 * float(won)


def rally(env, me, rival):
    (mine, theirs), done = env.reset(), False
    h_me, h_rival = me.begin(), rival.begin()
    logps, r = [], 0.0
    while not done:
        dist, h_me = me(mine, h_me)
        a = dist.sample()
        logps.append(dist.log_prob(a))
        with torch.no_grad():
            d2, h_rival = rival(theirs, h_rival)
            b = d2.sample()
        (mine, theirs), r, done = env.step(a.item(), b.item())
    return torch.cat(logps), r


def main(rallies=50000, enroll_every=500):
    env = MiniPong()
    me = Paddle()
    opt = torch.optim.Adam(me.parameters(), lr=5e-4)
    league = League(me)
    league.enroll()
    baseline = 0.0
    for n in range(1, rallies + 1):
        k = league.pick()
        logps, r = rally(env, me, league.rival)
        league.record(k, r > 0)
        loss = -(r - baseline) * logps.sum()
        baseline = 0.99 * baseline + 0.01 * r
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(me.parameters(), 1.0)
        opt.step()
        if n % enroll_every == 0:
            league.enroll()
            print(n, "win rates", [round(w, 2) for w in league.wins])


if __name__ == "__main__":
    main()
