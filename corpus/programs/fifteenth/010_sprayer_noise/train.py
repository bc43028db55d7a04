import numpy as np
import torch
import torch.nn as nn

torch.set_grad_enabled(False)
rng = np.random.default_rng(77)


class Field:
    # drone goes along a vine row, must hold 1.5 m over the canopy
    def __init__(self):
        self.x = 0.0
        self.z = 1.5

    def canopy(self):
        return 0.4 * np.sin(0.3 * self.x) + 0.2 * np.sin(1.1 * self.x)

    def sense(self):
        sonar = self.z - self.canopy() + rng.normal(0, 0.15)
        if rng.random() < 0.1:
            sonar = 0.0     # leaf gap, no echo
        return torch.tensor([sonar, self.z], dtype=torch.float32)

    def move(self, climb):
        self.x += 0.25
        self.z += 0.2 * float(np.clip(climb, -1, 1)) + rng.normal(0, 0.02)
        err = self.z - self.canopy() - 1.5
        crashed = self.z < self.canopy()
        if crashed:
            self.z = self.canopy() + 1.5
        return -abs(err) - (5.0 if crashed else 0.0)


class Height(nn.Module):
    def __init__(self):
        super().__init__()
        self.l1 = nn.LSTMCell(2, 12)
        self.l2 = nn.Linear(12, 1)
        self.forget()

    def forget(self):
        self.hx = torch.zeros(1, 12)
        self.cx = torch.zeros(1, 12)

    def act(self, s):
        self.hx, self.cx = self.l1(s.unsqueeze(0), (self.hx, self.cx))
        return self.l2(self.hx).item()


def put(net, center, noise, sigma):
    for p, c, n in zip(net.parameters(), center, noise):
        p.copy_(c + sigma * n)
    net.forget()


def score(field, net, steps=60, settle=10):
    total = 0.0
    for i in range(steps):
        r = field.move(net.act(field.sense()))
        if i >= settle:
            total += r
    return total / (steps - settle)


field, net = Field(), Height()
center = [p.clone() for p in net.parameters()]
sigma, lr, pairs = 0.08, 0.03, 16

for it in range(500):
    grad = [torch.zeros_like(c) for c in center]
    scores = []
    for _ in range(pairs):
        noise = [torch.randn_like(c) for c in center]
        put(net, center, noise, sigma)
        plus = score(field, net)
        put(net, center, noise, -sigma)
        minus = score(field, net)
        scores += [plus, minus]
        for g, n in zip(grad, noise):
            g += (plus - minus) / (2 * sigma * pairs) * n
    for c, g in zip(center, grad):
        c += lr * g
    if it % 10 == 0:
        print(it, np.mean(scores), np.max(scores))

put(net, center, center, 0.0)
torch.save(net.state_dict(), "height.pt")
