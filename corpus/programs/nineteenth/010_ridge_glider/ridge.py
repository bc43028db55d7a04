import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F
from torch.distributions import Categorical

HIDDEN = 32
EPOCHS = 3000
EVAL_EVERY = 25
MAX_T = 500


class RidgeSoaring:
    """Glider along a ridge, wind turns slowly. actions: left, straight, right"""

    def __init__(self, seed):
        self.r = np.random.RandomState(seed)

    def reset(self):
        self.x, self.y, self.z = 0.0, self.r.uniform(50, 200), 300.0
        self.hdg = 0.0
        self.wind = self.r.uniform(-0.6, 0.6)
        self.t = 0
        return self.obs(0.0)

    def obs(self, vario):
        return torch.tensor([[self.y / 200, self.z / 500, np.sin(self.hdg), np.cos(self.hdg), vario]], dtype=torch.float32)

    def step(self, a):
        self.hdg += (a - 1) * 0.2
        self.wind += 0.02 * self.r.randn()
        self.x += 15 * np.cos(self.hdg)
        self.y += 15 * np.sin(self.hdg) + 2 * np.sin(self.wind)
        vario = 3 * np.cos(self.wind) * np.exp(-((self.y - 80) / 60) ** 2) - 1.0
        self.z += vario
        self.t += 1
        crash = self.z < 20 or self.y < 0
        r = 0.01 * self.x / (self.t * 15) + 0.1 * vario - 10 * crash
        return self.obs(vario + 0.2 * self.r.randn()), r, crash or self.t >= MAX_T


class Pilot(nn.Module):
    def __init__(self):
        super().__init__()
        self.cell = nn.LSTMCell(5, HIDDEN)
        self.pi = nn.Linear(HIDDEN, 3)
        self.v = nn.Linear(HIDDEN, 1)

    def forward(self, o, s=None):
        h, c = self.cell(o, s)
        return self.pi(h), self.v(h)[:, 0], (h, c)


def flight(env, net, greedy=False):
    o, s, done = env.reset(), None, False
    logps, vs, rs = [], [], []
    while not done:
        logits, v, s = net(o, s)
        d = Categorical(logits=logits)
        a = logits.argmax(-1) if greedy else d.sample()
        o, r, done = env.step(a.item())
        logps.append(d.log_prob(a)); vs.append(v); rs.append(r)
    return torch.cat(logps), torch.cat(vs), rs


def score(net, n=10):
    with torch.no_grad():
        return np.mean([sum(flight(RidgeSoaring(5000 + i), net, greedy=True)[2]) for i in range(n)])


def train():
    env = RidgeSoaring(0)
    net = Pilot()
    opt = torch.optim.Adam(net.parameters(), lr=1e-3)
    best_score, best_weights, best_epoch = -np.inf, None, 0
    for epoch in range(EPOCHS):
        logps, vs, rs = flight(env, net)
        g, G = 0.0, []
        for r in rs[::-1]:
            g = r + 0.99 * g
            G.append(g)
        G = torch.tensor(G[::-1], dtype=torch.float32)
        loss = -(logps * (G - vs.detach())).mean() + 0.5 * F.mse_loss(vs, G)
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 1.0)
        opt.step()

        if epoch % EVAL_EVERY == 0:
            sc = score(net)
            print(epoch, round(float(sc), 2), "best", round(float(best_score), 2))
            if sc > best_score:
                best_score, best_epoch = sc, epoch
                best_weights = net.state_dict()

    net.load_state_dict(best_weights)
    print("best was epoch", best_epoch, "test", score(net, 50))
    torch.save(net.state_dict(), "ridge.pt")


if __name__ == "__main__":
    torch.manual_seed(0)
    train()
