import argparse
import random

import torch

from bidding import Auction, Bidder


class League:
    def __init__(self, learner, size):
        self.learner = learner
        self.size = size
        self.past = []

    def add(self):
        self.past.append(self.learner.state_dict())
        if len(self.past) > self.size:
            self.past.pop(random.randrange(len(self.past)))

    def opponent(self, net):
        net.load_state_dict(random.choice(self.past))
        return net


def play(auction, north_south, east_west):
    auction.deal()
    memory = [north_south.blank() if s % 2 == 0 else east_west.blank() for s in range(4)]
    logps, ents = [], []
    over = False
    while not over:
        seat = auction.seat
        view, legal = auction.view(), auction.legal()
        if seat % 2 == 0:
            dist, memory[seat] = north_south(view, legal, memory[seat])
            b = dist.sample()
            logps.append(dist.log_prob(b))
            ents.append(dist.entropy())
        else:
            with torch.no_grad():
                dist, memory[seat] = east_west(view, legal, memory[seat])
                b = dist.sample()
        over = auction.bid(int(b))
    return auction.score(), logps, ents


def train(args):
    learner, other = Bidder(), Bidder()
    opt = torch.optim.Adam(learner.parameters(), lr=args.lr)
    league = League(learner, args.league)
    league.add()
    auction = Auction()
    baseline = 0.0
    for it in range(args.iters):
        loss, total = 0.0, 0.0
        for _ in range(args.deals):
            rival = league.opponent(other)
            score, logps, ents = play(auction, learner, rival)
            total += score
            if logps:
                loss = loss - (score - baseline) * torch.stack(logps).sum() - args.entropy * torch.stack(ents).sum()
        baseline = 0.95 * baseline + 0.05 * total / args.deals
        opt.zero_grad()
        (loss / args.deals).backward()
        opt.step()
        if it % args.every == 0:
            league.add()
            print(it, "imps per deal", round(baseline, 3), "league", len(league.past))
    torch.save(learner.state_dict(), args.out)


if __name__ == "__main__":
    ap = argparse.ArgumentParser()
    ap.add_argument("--iters", type=int, default=50000)
    ap.add_argument("--deals", type=int, default=32)
    ap.add_argument("--every", type=int, default=250)
    ap.add_argument("--league", type=int, default=25)
    ap.add_argument("--lr", type=float, default=3e-4)
    ap.add_argument("--entropy", type=float, default=0.005)
    ap.add_argument("--out", default="bidder.pt")
    train(ap.parse_args())
