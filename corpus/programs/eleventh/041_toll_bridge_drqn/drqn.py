import argparse
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn

from bridge import TollBridge


class BoothQ(nn.Module):
    def __init__(self, hidden=64, actions=6):
        super().__init__()
        self.fc = nn.Linear(2, hidden)
        self.gru = nn.GRU(hidden, hidden, batch_first=True)
        self.out = nn.Linear(hidden, actions)

    def forward(self, x, h=None):
        y, h = self.gru(torch.relu(self.fc(x)), h)
        return self.out(y), h


class SequenceBuffer:
    def __init__(self, capacity, length):
        self.store = deque(maxlen=capacity)
        self.length = length
        self.open = []

    def push(self, o, a, r, o2, d):
        self.open.append((o, a, np.float32(r), o2, np.float32(d)))
        if len(self.open) == self.length:
            self.store.append([np.stack(col) for col in zip(*self.open)])
            self.open = self.open[self.length // 2:]
        if d:
            self.open = []

    def sample(self, n):
        picked = random.sample(self.store, n)
        return [torch.from_numpy(np.stack(col)) for col in zip(*picked)]

    def __len__(self):
        return len(self.store)


def soft_update(src, dst, tau):
    with torch.no_grad():
        for p, q in zip(src.parameters(), dst.parameters()):
            q.mul_(1 - tau).add_(tau * p)


def train_batch(online, target, opt, batch, gamma, burn_in):
    o, a, r, o2, d = batch
    q, _ = online(o)
    q = q[:, burn_in:].gather(2, a[:, burn_in:, None]).squeeze(2)
    with torch.no_grad():
        full = torch.cat([o[:, :1], o2], dim=1)
        tq, _ = target(full)
        y = r + gamma * (1 - d) * tq[:, 1:].max(2).values
    loss = nn.functional.smooth_l1_loss(q, y[:, burn_in:])
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(online.parameters(), 5.0)
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--episodes", type=int, default=1500)
    ap.add_argument("--seq", type=int, default=32)
    ap.add_argument("--burn-in", type=int, default=8)
    ap.add_argument("--tau", type=float, default=0.005)
    ap.add_argument("--gamma", type=float, default=0.98)
    ap.add_argument("--train-every", type=int, default=4)
    args = ap.parse_args()

    env = TollBridge()
    online, target = BoothQ(), BoothQ()
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=5e-4)
    buf = SequenceBuffer(20000, args.seq)
    steps = 0
    for ep in range(args.episodes):
        eps = max(0.05, 1.0 - ep / 300)
        o, h, done, score = env.reset(), None, False, 0.0
        while not done:
            with torch.no_grad():
                q, h = online(torch.from_numpy(o).view(1, 1, -1), h)
            a = random.randrange(6) if random.random() < eps else q.argmax().item()
            o2, r, done = env.step(a)
            buf.push(o, a, r, o2, done)
            o = o2
            score += r
            steps += 1
            if len(buf) >= 64 and steps % args.train_every == 0:
                train_batch(online, target, opt, buf.sample(32), args.gamma, args.burn_in)
                soft_update(online, target, args.tau)
        if ep % 20 == 0:
            print(f"{ep:5d} eps {eps:.2f} score {score:.1f}")
    torch.save(online.state_dict(), "toll.pt")


if __name__ == "__main__":
    main()
