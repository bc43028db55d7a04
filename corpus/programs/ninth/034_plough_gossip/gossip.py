# Snow plough depots learn alone and gossip: every now and then two neighbours average their nets.
import random

import torch
from torch import nn

GAMMA = 0.95
HID = 24
NEIGHBOURS = {0: [1, 5], 1: [0, 2], 2: [1, 3], 3: [2, 4], 4: [3, 5], 5: [4, 0]}


class Roads:
    """five roads, snow depth is known only for the road that was ploughed last"""

    def __init__(self, rate):
        self.rate = rate
        self.begin()

    def begin(self):
        self.depth = [0.0] * 5
        self.at = 0
        self.hours = 0

    def look(self):
        onehot = [1.0 if i == self.at else 0.0 for i in range(5)]
        return torch.tensor([onehot + [self.seen if self.hours else 0.0, self.hours / 72]])

    def plough(self, road):
        moved = 0.1 * (road != self.at)
        self.at = road
        self.seen = self.depth[road]
        self.depth[road] = 0.0
        for i in range(5):
            self.depth[i] += random.expovariate(1 / self.rate[i])
        self.hours += 1
        over = self.hours == 72
        reward = -sum(max(0.0, d - 1.0) for d in self.depth) - moved
        if over:
            self.begin()
        return reward, over


class Dispatcher(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.GRUCell(7, HID)
        self.q = nn.Linear(HID, 5)
        self.v = nn.Linear(HID, 1)

    def forward(self, x, s):
        s = self.rnn(x, s)
        return self.q(s), self.v(s)[0, 0], s


def new_depot(i):
    net = Dispatcher()
    return {
        "id": i,
        "net": net,
        "opt": torch.optim.SGD(net.parameters(), lr=0.02, momentum=0.9),
        "roads": Roads([random.uniform(0.05, 0.5) for _ in range(5)]),
        "s": torch.zeros(1, HID),
        "avg": 0.0,
    }


def work(depot, steps=12):
    net, s = depot["net"], depot["s"]
    trace = []
    for _ in range(steps):
        logits, v, s = net(depot["roads"].look(), s)
        d = torch.distributions.Categorical(logits=logits)
        a = d.sample()
        r, over = depot["roads"].plough(a.item())
        depot["avg"] += 0.01 * (r - depot["avg"])
        trace.append((d.log_prob(a)[0], v, r, over))
        if over:
            s = torch.zeros(1, HID)
    with torch.no_grad():
        ret = net(depot["roads"].look(), s)[1]
    loss = 0
    for lp, v, r, over in reversed(trace):
        ret = r + GAMMA * ret * (not over)
        loss = loss + (ret - v) ** 2 - lp * (ret - v).detach()
    depot["opt"].zero_grad()
    (loss / steps).backward()
    nn.utils.clip_grad_norm_(net.parameters(), 0.5)
    depot["opt"].step()
    depot["s"] = s.detach()


@torch.no_grad()
def gossip(a, b):
    for p, q in zip(a["net"].parameters(), b["net"].parameters()):
        mid = (p + q) / 2
        p.copy_(mid)
        q.copy_(mid)
    for depot in (a, b):
        depot["opt"].state.clear()
        depot["s"] = torch.zeros(1, HID)


def distance(depots):
    vecs = torch.stack([nn.utils.parameters_to_vector(d["net"].parameters()).detach() for d in depots])
    return (vecs - vecs.mean(0)).norm(dim=1).mean().item()


def main(ticks=30000, talk=0.05):
    torch.manual_seed(1)
    random.seed(1)
    depots = [new_depot(i) for i in NEIGHBOURS]
    for tick in range(ticks):
        for depot in depots:
            work(depot)
        if random.random() < talk:
            a = random.choice(depots)
            b = depots[random.choice(NEIGHBOURS[a["id"]])]
            gossip(a, b)
        if tick % 100 == 0:
            print(tick, " ".join(f"{d['avg']:.2f}" for d in depots), f"spread {distance(depots):.2f}")


if __name__ == "__main__":
    main()
