import glob
import os
import pickle
from collections import namedtuple

import torch
from torch import nn

Request = namedtuple("Request", "campaign day slot floor ctr")
Result = namedtuple("Result", "campaign won price")


class PacingNet(nn.Module):
    def __init__(self, hidden=32):
        super().__init__()
        self.gate = nn.Linear(5 + hidden, 2 * hidden)
        self.cand = nn.Linear(5 + hidden, hidden)
        self.mult = nn.Linear(hidden, 1)
        self.hidden = hidden

    def forward(self, x, h):
        r, z = torch.sigmoid(self.gate(torch.cat([x, h], -1))).chunk(2, -1)
        n = torch.tanh(self.cand(torch.cat([x, r * h], -1)))
        h = (1 - z) * n + z * h
        return 2 * torch.sigmoid(self.mult(h)), h


class Hooks:
    def __init__(self):
        self.day_start, self.day_end = [], []

    def fire(self, name, *args):
        for fn in getattr(self, name):
            fn(*args)


class Campaign:
    def __init__(self, name, budget, value):
        self.name, self.budget, self.value = name, budget, value
        self.open_day()

    def open_day(self):
        self.left = self.budget
        self.wins = 0
        self.last_price = 0.0


class Bidder:
    def __init__(self, campaigns, hooks):
        self.campaigns = {c.name: c for c in campaigns}
        self.net = PacingNet().eval()
        self.memory = {}
        self.day = None
        self.hooks = hooks

    @torch.no_grad()
    def bid(self, req):
        if req.day != self.day:
            if self.day is not None:
                self.hooks.fire("day_end", self, self.day)
            self.day = req.day
            self.hooks.fire("day_start", self, req.day)
        c = self.campaigns[req.campaign]
        if req.campaign not in self.memory:
            self.memory[req.campaign] = torch.zeros(1, self.net.hidden)
        x = torch.tensor([[req.slot / 96, c.left / c.budget, req.floor, req.ctr, c.last_price]])
        mult, self.memory[req.campaign] = self.net(x, self.memory[req.campaign])
        price = c.value * req.ctr * mult.item()
        return price if req.floor < price < c.left else 0.0

    def settle(self, res):
        c = self.campaigns[res.campaign]
        if res.won:
            c.left -= res.price
            c.wins += 1
        c.last_price = res.price


def roll_over(bidder, day):
    bidder.memory.clear()
    for c in bidder.campaigns.values():
        c.open_day()


def take_nightly_model(bidder, day, folder="nightly"):
    path = os.path.join(folder, "pacing_%s.pt" % day)
    if os.path.exists(path):
        bidder.net.load_state_dict(torch.load(path, map_location="cpu"))


def report(bidder, day):
    for c in bidder.campaigns.values():
        print(day, c.name, "spent %.2f of %.2f, %d wins" % (c.budget - c.left, c.budget, c.wins))


def replay(bidder, folder):
    """Feed recorded bid requests, day files in order."""
    for path in sorted(glob.glob(os.path.join(folder, "*.pkl"))):
        with open(path, "rb") as f:
            records = pickle.load(f)
        for req, market in records:
            price = bidder.bid(req)
            bidder.settle(Result(req.campaign, price > market, market))


if __name__ == "__main__":
    hooks = Hooks()
    hooks.day_end.append(report)
    hooks.day_start.append(roll_over)
    hooks.day_start.append(take_nightly_model)
    replay(Bidder([Campaign("shoes", 80.0, 4.0), Campaign("travel", 200.0, 9.0)], hooks), "requests")
