import io
import random
from collections import deque

import numpy as np
import torch
import torch.nn as nn

N_CALLS = 16   # small bridge: pass and 3 levels of 5 strains
HAND = 20


class Table:
    """Two pairs compete with one hand feature vector per player."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.hands = self.rng.normal(size=(4, HAND)).astype(np.float32)
        self.high, self.who, self.turn, self.silent, self.last = 0, -1, 0, 0, 0
        return self.turn

    def features(self):
        call = np.zeros(N_CALLS, dtype=np.float32)
        call[self.last] = 1
        return torch.from_numpy(np.concatenate([self.hands[self.turn], call]))

    def call(self, c):
        c = c if c > self.high else 0
        if c:
            self.high, self.who, self.silent = c, self.turn % 2, 0
        else:
            self.silent += 1
        self.last = c
        self.turn = (self.turn + 1) % 4
        return self.silent >= (3 if self.high else 4)

    def payoff(self):
        if self.who < 0:
            return 0.0
        strain = (self.high - 1) % 5
        fit = self.hands[self.who, strain] + self.hands[self.who + 2, strain]
        level = (self.high - 1) // 5 + 1
        value = level if fit > level - 1 else -level
        return float(value if self.who == 0 else -value)


class Caller(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRU(HAND + N_CALLS, 96)
        self.fc = nn.Linear(96, N_CALLS)

    def forward(self, x, h=None):
        y, h = self.rnn(x.view(1, 1, -1), h)
        return self.fc(y.view(-1)), h


def freeze(net):
    f = io.BytesIO()
    torch.save(net.state_dict(), f)
    return f.getvalue()


def thaw(net, blob):
    net.load_state_dict(torch.load(io.BytesIO(blob)))
    net.eval()


def board(table, net, rival, side):
    table.reset()
    h = [None] * 4
    trace = []
    while True:
        seat = table.turn
        if seat % 2 == side:
            logits, h[seat] = net(table.features(), h[seat])
            d = torch.distributions.Categorical(logits=logits)
            c = d.sample()
            trace.append(d.log_prob(c))
        else:
            with torch.no_grad():
                logits, h[seat] = rival(table.features(), h[seat])
            c = logits.softmax(0).multinomial(1)
        if table.call(int(c)):
            return table.payoff() * (1 if side == 0 else -1), trace


net, rival = Caller(), Caller()
opt = torch.optim.Adam(net.parameters(), lr=1e-3)
table = Table(seed=3)
pool = deque([freeze(net)], maxlen=40)
mean = 0.0

for epoch in range(20000):
    thaw(rival, random.choice(pool))
    losses = []
    for k in range(24):
        payoff, trace = board(table, net, rival, side=k % 2)
        mean += 0.002 * (payoff - mean)
        losses += [-lp * (payoff - mean) for lp in trace]
    opt.zero_grad()
    torch.stack(losses).mean().backward()
    opt.step()
    if epoch % 200 == 199:
        pool.append(freeze(net))
        print(f"{epoch + 1}: {mean:+.3f}, pool {len(pool)}")

with open("caller.pt", "wb") as out:
    out.write(freeze(net))
