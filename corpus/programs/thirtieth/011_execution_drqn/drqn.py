import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

from book import ParentOrder

device = torch.device("cuda" if torch.cuda.is_available() else "cpu")


class QNet(nn.Module):
    def __init__(self, n_in, n_out, size=64):
        super().__init__()
        self.size = size
        self.lin = nn.Linear(n_in, size)
        self.lstm = nn.LSTM(size, size, batch_first=True)
        self.q = nn.Linear(size, n_out)

    def forward(self, x, ctx=None):
        y, ctx = self.lstm(torch.relu(self.lin(x)), ctx)
        return self.q(y), ctx


class EpisodeMemory:
    def __init__(self, cap):
        self.d = deque(maxlen=cap)

    def push(self, ep):
        self.d.append(ep)

    def sample(self, n, length):
        out = []
        for ep in random.sample(self.d, n):
            s = random.randint(0, max(0, len(ep) - length))
            seg = ep[s:s + length]
            while len(seg) < length:
                o, a, r, o2, d, m = seg[-1]
                seg = seg + [(o, a, 0.0, o2, True, 0.0)]
            out.append(seg)
        cols = [np.array([[step[k] for step in seg] for seg in out]) for k in range(6)]
        o, a, r, o2, d, m = (torch.as_tensor(c, device=device) for c in cols)
        return o.float(), a.long(), r.float(), o2.float(), d.float(), m.float()


class Executor:
    def __init__(self, n_in, n_out, lr):
        self.n_out = n_out
        self.online = QNet(n_in, n_out).to(device)
        self.lagged = QNet(n_in, n_out).to(device)
        self.lagged.load_state_dict(self.online.state_dict())
        self.opt = torch.optim.Adam(self.online.parameters(), lr=lr)
        self.ctx = None

    @torch.no_grad()
    def act(self, obs, eps):
        x = torch.as_tensor(obs, device=device).view(1, 1, -1)
        q, self.ctx = self.online(x, self.ctx)
        if random.random() < eps:
            return random.randrange(self.n_out)
        return q[0, 0].argmax().item()

    def learn(self, batch, gamma):
        o, a, r, o2, d, m = batch
        q = self.online(o)[0].gather(2, a.unsqueeze(2)).squeeze(2)
        with torch.no_grad():
            pick = self.online(o2)[0].argmax(2, keepdim=True)
            nxt = self.lagged(o2)[0].gather(2, pick).squeeze(2)
            y = r + gamma * (1 - d) * nxt
        loss = (F.smooth_l1_loss(q, y, reduction="none") * m).sum() / m.sum()
        self.opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.online.parameters(), 10)
        self.opt.step()
        for p, t in zip(self.online.parameters(), self.lagged.parameters()):
            t.data.lerp_(p.data, 0.005)
        return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=8000)
    ap.add_argument("--seq", type=int, default=20)
    ap.add_argument("--batch", type=int, default=32)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()

    env = ParentOrder()
    ex = Executor(4, len(env.child_sizes), args.lr)
    memory = EpisodeMemory(4000)
    costs = deque(maxlen=200)
    for ep in range(args.episodes):
        eps = max(0.05, 1.0 - ep / 3000)
        obs, done, steps, cost = env.reset(), False, [], 0.0
        while not done:
            k = ex.act(obs, eps)
            nxt, rew, done = env.step(k)
            steps.append((obs, k, rew, nxt, done, 1.0))
            obs = nxt
            cost -= rew
            if len(memory.d) > 4 * args.batch:
                ex.learn(memory.sample(args.batch, args.seq), 1.0)
        memory.push(steps)
        costs.append(cost)
        if ep % 200 == 0:
            print(f"{ep} shortfall {np.mean(costs):.4f} eps {eps:.2f}")
    torch.save(ex.online.state_dict(), "executor.pt")


if __name__ == "__main__":
    main()
