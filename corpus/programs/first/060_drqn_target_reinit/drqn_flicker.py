"""DRQN on flickering Atari; the target net is unrolled next to the online net, both from zero at the start of a batch."""
import random
from collections import deque

import gymnasium as gym
import numpy as np
import torch
import torch.nn.functional as F
from torch import nn


class DRQN(nn.Module):
    def __init__(self, n_in, n_act):
        super().__init__()
        self.enc = nn.Linear(n_in, 128)
        self.rnn = nn.LSTMCell(128, 128)
        self.q = nn.Linear(128, n_act)
        self.h = self.c = None

    def reset_hidden(self, n=1):
        self.h = torch.zeros(n, 128)
        self.c = torch.zeros(n, 128)

    def forward(self, x):
        self.h, self.c = self.rnn(F.relu(self.enc(x)), (self.h, self.c))
        return self.q(self.h)


class Learner:
    def __init__(self, n_in, n_act, gamma=0.99, sync=500):
        self.q, self.t = DRQN(n_in, n_act), DRQN(n_in, n_act)
        self.t.load_state_dict(self.q.state_dict())
        self.opt = torch.optim.Adam(self.q.parameters(), 2.5e-4)
        self.gamma, self.sync, self.n = gamma, sync, 0

    def train(self, batch):
        o, a, r, d = batch
        T, B = a.shape
        self.q.reset_hidden(B)
        self.t.reset_hidden(B)
        loss = 0.0
        qs = [self.q(o[i]) for i in range(T)]
        with torch.no_grad():
            ts = [self.t(o[i]) for i in range(T + 1)]
        for i in range(T // 2, T):
            y = r[i] + self.gamma * (1 - d[i]) * ts[i + 1].max(1).values
            loss = loss + F.smooth_l1_loss(qs[i].gather(1, a[i][:, None])[:, 0], y)
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        self.n += 1
        if self.n % self.sync == 0:
            self.t.load_state_dict(self.q.state_dict())
        return loss.item()


def flicker(o, p=0.5):
    return np.zeros_like(o) if random.random() < p else o


def sample(mem, B=16, T=20):
    eps = random.sample(mem, B)
    O, A, R, D = [], [], [], []
    for e in eps:
        s = random.randrange(len(e) - T)
        seg = e[s : s + T + 1]
        O.append([x[0] for x in seg]); A.append([x[1] for x in seg[:-1]])
        R.append([x[2] for x in seg[:-1]]); D.append([x[3] for x in seg[:-1]])
    f = lambda x, dt: torch.as_tensor(np.asarray(x), dtype=dt).transpose(0, 1)
    return f(O, torch.float32), f(A, torch.long), f(R, torch.float32), f(D, torch.float32)


def main():
    env = gym.make("CartPole-v1")
    L = Learner(4, 2)
    actor = DRQN(4, 2)
    mem, eps = deque(maxlen=1000), 1.0
    for ep in range(5000):
        actor.load_state_dict(L.q.state_dict())
        actor.reset_hidden()
        o, _ = env.reset()
        o = flicker(o)
        traj, done = [], False
        while not done:
            with torch.no_grad():
                q = actor(torch.as_tensor(o, dtype=torch.float32)[None])
            a = env.action_space.sample() if random.random() < eps else q.argmax().item()
            n, r, te, tr, _ = env.step(a)
            done = te or tr
            traj.append((o, a, r, float(te)))
            o = flicker(n)
        if len(traj) > 22:
            mem.append(traj)
        eps = max(0.05, eps * 0.999)
        if len(mem) > 50:
            L.train(sample(list(mem)))
        if ep % 100 == 0:
            print(ep, len(traj), round(eps, 2))


if __name__ == "__main__":
    main()
