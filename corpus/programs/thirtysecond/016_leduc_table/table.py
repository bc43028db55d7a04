import argparse
import io
import random
import sqlite3

import torch
from torch import nn
from torch.distributions import Categorical

from leduc import Leduc


class CardSense(nn.Module):
    def __init__(self):
        super().__init__()
        self.rnn = nn.LSTM(9, 48)
        self.out = nn.Linear(48, 3)

    def forward(self, x, ctx):
        y, ctx = self.rnn(x.view(1, 1, -1), ctx)
        return self.out(y[0, 0]), ctx


class Regular:
    """Somebody who has sat down at the table. What they have noticed stays with them from deal to deal until they get up."""

    def __init__(self, name, net):
        self.name, self.net, self.ctx = name, net, None

    @classmethod
    def from_blob(cls, name, blob):
        net = CardSense()
        net.load_state_dict(torch.load(io.BytesIO(blob), map_location="cpu"))
        return cls(name, net.eval())

    def bet(self, question):
        card, seen, mine, theirs, raises = question
        x = torch.zeros(9)
        x[card] = 1
        if seen is not None:
            x[3 + seen] = 1
        x[6:] = torch.tensor([mine / 13, theirs / 13, raises / 2])
        logits, self.ctx = self.net(x, self.ctx)
        d = Categorical(logits=logits)
        a = d.sample()
        return int(a), d.log_prob(a)


class Club:
    def __init__(self, path):
        self.db = sqlite3.connect(path)
        self.db.execute("create table if not exists member (name text primary key, net blob)")

    def enrol(self, name, net):
        buf = io.BytesIO()
        torch.save(net.state_dict(), buf)
        self.db.execute("insert or replace into member values (?, ?)", (name, buf.getvalue()))
        self.db.commit()

    def anybody(self):
        return random.choice(self.db.execute("select name, net from member").fetchall())


def deal(players):
    game, logps = Leduc().play(), []
    who, question = next(game)
    while True:
        if who == 0:
            a, lp = players[0].bet(question)
            logps.append(lp)
        else:
            with torch.no_grad():
                a, _ = players[1].bet(question)
        try:
            who, question = game.send(a)
        except StopIteration as stop:
            return logps, stop.value[0]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--db", default="club.sqlite")
    ap.add_argument("--evenings", type=int, default=500)
    ap.add_argument("--deals", type=int, default=60)
    args = ap.parse_args()

    club, net = Club(args.db), CardSense()
    club.enrol("founder", net)
    opt = torch.optim.RMSprop(net.parameters(), lr=2e-4)
    for evening in range(args.evenings):
        players = [Regular("hero", net), Regular.from_blob(*club.anybody())]
        won = 0
        for k in range(args.deals):
            if k % 15 == 14:
                players[1] = Regular.from_blob(*club.anybody())
            logps, chips = deal(players)
            won += chips
            if logps:
                loss = -chips / 13 * torch.stack(logps).sum()
                opt.zero_grad()
                loss.backward()
                opt.step()
                players[0].ctx = tuple(t.detach() for t in players[0].ctx)
        if evening % 25 == 24:
            club.enrol(f"hero{evening}", net)
            print(evening, won)


if __name__ == "__main__":
    main()
