# DRQN for one hand crew on a burning grid, episodes kept whole in the replay
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

SIZE, VIEW, STEPS = 24, 5, 120
EPISODES = 6000
BATCH, SEQ = 32, 24
DEV = "cuda" if torch.cuda.is_available() else "cpu"


class Fire:
    def reset(self):
        self.g = np.zeros((SIZE, SIZE), np.int8)          # 0 fuel 1 burning 2 burnt 3 cleared
        y, x = np.random.randint(4, SIZE - 4, 2)
        self.g[y, x] = 1
        self.p = np.array([SIZE // 2, 0])
        self.wind = np.random.uniform(0.02, 0.15, 4)
        self.t = 0
        return self.look()

    def look(self):
        r = VIEW // 2
        pad = np.pad(self.g, r, constant_values=2)
        w = pad[self.p[0]:self.p[0] + VIEW, self.p[1]:self.p[1] + VIEW]
        return np.concatenate([(w == k).ravel() for k in (1, 2, 3)]).astype(np.float32)

    def step(self, a):
        if a < 4:
            self.p = np.clip(self.p + [(0, 1), (0, -1), (1, 0), (-1, 0)][a], 0, SIZE - 1)
        elif self.g[tuple(self.p)] < 2:
            self.g[tuple(self.p)] = 3
        new = []
        for y, x in np.argwhere(self.g == 1):
            for (dy, dx), pr in zip([(0, 1), (0, -1), (1, 0), (-1, 0)], self.wind):
                yy, xx = y + dy, x + dx
                if 0 <= yy < SIZE and 0 <= xx < SIZE and self.g[yy, xx] == 0 and np.random.rand() < pr:
                    new.append((yy, xx))
            if np.random.rand() < 0.1:
                self.g[y, x] = 2
        for c in new:
            self.g[c] = 1
        self.t += 1
        done = self.t >= STEPS or not (self.g == 1).any()
        return self.look(), -0.02 * len(new), done


class Q(nn.Module):
    def __init__(self):
        super().__init__()
        self.f = nn.Linear(3 * VIEW * VIEW, 128)
        self.l = nn.LSTM(128, 128, batch_first=True)
        self.q = nn.Linear(128, 5)

    def forward(self, x, s=None):
        y, s = self.l(F.relu(self.f(x)), s)
        return self.q(y), s


def sample(mem):
    o, a, r, n, d = [], [], [], [], []
    for ep in random.sample(mem, BATCH):
        k = random.randint(0, len(ep) - SEQ)
        for lst, col in zip((o, a, r, n, d), zip(*ep[k:k + SEQ])):
            lst.append(np.stack(col))
    f = lambda z, t=torch.float32: torch.as_tensor(np.stack(z), dtype=t, device=DEV)
    return f(o), f(a, torch.int64), f(r), f(n), f(d)


def main():
    net, tgt = Q().to(DEV), Q().to(DEV)
    tgt.load_state_dict(net.state_dict())
    opt = torch.optim.Adam(net.parameters(), lr=2.5e-4)
    mem, env, log = deque(maxlen=2000), Fire(), []
    for e in range(EPISODES):
        eps = max(0.05, 1 - e / 3000)
        o, s, done, ep, tot = env.reset(), None, False, [], 0.0
        while not done:
            with torch.no_grad():
                q, s = net(torch.from_numpy(o).to(DEV).view(1, 1, -1), s)
            a = q.argmax().item() if random.random() > eps else random.randrange(5)
            o2, r, done = env.step(a)
            ep.append((o, a, r, o2, float(done)))
            o, tot = o2, tot + r
        log.append(tot)
        if len(ep) >= SEQ:
            mem.append(ep)
        if len(mem) > 100:
            for _ in range(4):
                O, A, R, N, D = sample(mem)
                cur = net(O)[0].gather(2, A.unsqueeze(-1)).squeeze(-1)
                with torch.no_grad():
                    y = R + 0.99 * (1 - D) * tgt(N)[0].max(-1).values
                loss = F.smooth_l1_loss(cur, y)
                opt.zero_grad()
                loss.backward()
                opt.step()
        if e % 50 == 0:
            tgt.load_state_dict(net.state_dict())
            print(e, "eps %.2f" % eps, "return %.2f" % np.mean(log[-50:]))
    torch.save(net.state_dict(), "crew.pt")


if __name__ == "__main__":
    main()
