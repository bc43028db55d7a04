"""DRQN on the tunnel game, a weekend project."""
import random
from collections import deque

import torch
import torch.nn as nn
import torch.nn.functional as F

from tunnel import Tunnel

GAMMA = 0.98
SEQ = 24
BATCH = 32
COPY_EVERY = 500


class QNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(3, 48)
        self.lstm = nn.LSTM(48, 48, batch_first=True)
        self.q = nn.Linear(48, 2)

    def forward(self, x, rec=None):
        y, rec = self.lstm(F.relu(self.fc(x)), rec)
        return self.q(y), rec


class Memory:
    def __init__(self, size):
        self.flights = deque(maxlen=size)

    def add(self, flight):
        if len(flight) >= SEQ:
            self.flights.append(flight)

    def draw(self):
        rows = []
        for _ in range(BATCH):
            flight = random.choice(self.flights)
            k = random.randrange(len(flight) - SEQ + 1)
            rows.append(flight[k:k + SEQ])
        cols = list(zip(*[zip(*row) for row in rows]))
        s, a, r, s2, d = (torch.tensor([list(v) for v in col], dtype=torch.float32) for col in cols)
        return s, a.long(), r, s2, d


def learn(online, target, opt, memory):
    s, a, r, s2, d = memory.draw()
    q = online(s)[0].gather(2, a.unsqueeze(2)).squeeze(2)
    with torch.no_grad():
        pick = online(s2)[0].argmax(2, keepdim=True)
        nxt = target(s2)[0].gather(2, pick).squeeze(2)
        goal = r + GAMMA * (1 - d) * nxt
    burn = SEQ // 3
    loss = F.smooth_l1_loss(q[:, burn:], goal[:, burn:])
    opt.zero_grad()
    loss.backward()
    nn.utils.clip_grad_norm_(online.parameters(), 10)
    opt.step()


def fly(net, env, eps):
    s, done, rec, flight = env.reset(), False, None, []
    while not done:
        with torch.no_grad():
            q, rec = net(torch.tensor([[s]]), rec)
        a = random.randrange(2) if random.random() < eps else int(q[0, 0].argmax())
        s2, r, done = env.step(a)
        flight.append((s, a, r, s2, float(done)))
        s = s2
    return flight


def main():
    env, memory = Tunnel(), Memory(2000)
    online, target = QNet(), QNet()
    target.load_state_dict(online.state_dict())
    opt = torch.optim.Adam(online.parameters(), lr=5e-4)
    updates = 0
    for game in range(6000):
        eps = max(0.03, 1.0 - game / 2500)
        memory.add(fly(online, env, eps))
        if len(memory.flights) < 100:
            continue
        for _ in range(8):
            learn(online, target, opt, memory)
            updates += 1
            if updates % COPY_EVERY == 0:
                target.load_state_dict(online.state_dict())
        if game % 200 == 0:
            lengths = [len(fly(online, Tunnel(), 0.0)) for _ in range(20)]
            print('game %d  eps %.2f  mean flight %.1f' % (game, eps, sum(lengths) / 20.0))
    torch.save(online.state_dict(), 'tunnel.pt')


if __name__ == '__main__':
    main()
