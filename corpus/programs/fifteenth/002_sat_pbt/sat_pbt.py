# pbt for the reaction wheel controller, wheels get unloaded with the magnetorquers
# the sim never ends, there is only one long orbit per satellite
import copy
import random
import sys

import torch
import torch.nn as nn

POP = 6
SEG = 50
ROUNDS = int(sys.argv[1]) if len(sys.argv) > 1 else 2000


class Sat:
    def __init__(self):
        self.w = torch.randn(3) * 0.1
        self.att = torch.randn(3) * 0.05
        self.t = 0

    def obs(self):
        b = torch.sin(torch.tensor([0.01, 0.013, 0.02]) * self.t)
        gyro = self.att + 0.01 * torch.randn(3)
        return torch.cat([gyro, self.w, b])

    def step(self, u):
        b = torch.sin(torch.tensor([0.01, 0.013, 0.02]) * self.t)
        self.t += 1
        self.w = (self.w + 0.02 * torch.cross(u, b, dim=0) + 0.001 * torch.randn(3)).clamp(-1, 1)
        self.att = (0.98 * self.att - 0.01 * u + 0.003 * torch.randn(3)).clamp(-1, 1)
        return -(self.w.pow(2).sum() + 5 * self.att.pow(2).sum()).item()


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTMCell(9, 48)
        self.mu = nn.Linear(48, 3)
        self.logstd = nn.Parameter(torch.full((3,), -1.0))

    def forward(self, x, hc):
        hc = self.lstm(x[None], hc)
        return torch.distributions.Normal(torch.tanh(self.mu(hc[0])), self.logstd.exp()), hc


def make():
    net = Net()
    lr = 10 ** random.uniform(-4.5, -2.5)
    return {
        "net": net,
        "lr": lr,
        "opt": torch.optim.Adam(net.parameters(), lr=lr),
        "sat": Sat(),
        "hc": (torch.zeros(1, 48), torch.zeros(1, 48)),
        "score": 0.0,
        "base": 0.0,
    }


def train_segment(m):
    hc = tuple(x.detach() for x in m["hc"])
    lps, rs = [], []
    for _ in range(SEG):
        d, hc = m["net"](m["sat"].obs(), hc)
        a = d.sample()
        rs.append(m["sat"].step(a[0]))
        lps.append(d.log_prob(a).sum())
    m["hc"] = hc
    g, loss = 0.0, 0.0
    for lp, r in zip(lps[::-1], rs[::-1]):
        g = r + 0.95 * g
        loss = loss - lp * (g - m["base"])
    m["base"] = 0.95 * m["base"] + 0.05 * g
    m["opt"].zero_grad()
    (loss / SEG).backward()
    m["opt"].step()
    m["score"] = 0.9 * m["score"] + 0.1 * sum(rs) / SEG


members = [make() for _ in range(POP)]
for rnd in range(ROUNDS):
    for m in members:
        train_segment(m)
    if rnd and rnd % 20 == 0:
        members.sort(key=lambda m: -m["score"])
        top, bottom = members[0], members[-1]
        bottom["net"] = copy.deepcopy(top["net"])
        bottom["lr"] = top["lr"] * random.choice([0.8, 1.2])
        bottom["opt"] = torch.optim.Adam(bottom["net"].parameters(), lr=bottom["lr"])
        bottom["score"], bottom["base"] = top["score"], top["base"]
        print(rnd, "%.4f" % top["score"], "lr", top["lr"])

torch.save(members[0]["net"].state_dict(), "wheel.pt")
