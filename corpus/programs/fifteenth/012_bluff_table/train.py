import argparse
import random

import torch
from torch import nn

from rival import BluffNet, Rival

BET, CHECK, FOLD = range(3)


class KuhnTable:
    """Kuhn-like: four cards, ante of one, one bet. The cash game runs without an end."""

    def __init__(self, rival: Rival):
        self.rival = rival
        self.line = [0.0, 0.0, 0.0]
        self.deal()

    def deal(self):
        self.mine, self.theirs = random.sample(range(4), 2)

    def obs(self, card):
        v = [0.0] * 5 + self.line
        v[card] = 1.0
        v[4] = 1.0
        return torch.tensor(v)

    def play(self, act: int) -> float:
        showdown = 1.0 if self.mine > self.theirs else -1.0
        self.line = [float(act == k) for k in range(3)]
        answer = self.rival.act(self.obs(self.theirs))
        if act == FOLD:
            r = -1.0
        elif act == BET:
            r = 1.0 if answer == FOLD else 2 * showdown
        else:
            r = showdown if answer != BET else 1.5 * showdown
        self.line = [float(answer == k) for k in range(3)]
        self.deal()
        return r


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--chunk", type=int, default=40)
    ap.add_argument("--seat-every", type=int, default=4)
    ap.add_argument("--lr", type=float, default=5e-4)
    args = ap.parse_args()

    learner = BluffNet()
    opt = torch.optim.Adam(learner.parameters(), lr=args.lr)
    rival = Rival()
    table = KuhnTable(rival)
    hc = None
    won = 0.0

    for u in range(args.updates):
        if u % args.seat_every == 0:
            who = rival.change_seat(learner)
        logps, vals, rews, ents = [], [], [], []
        for _ in range(args.chunk):
            dist, v, hc = learner(table.obs(table.mine).unsqueeze(0), hc)
            a = dist.sample()
            rews.append(table.play(int(a)))
            logps.append(dist.log_prob(a))
            vals.append(v)
            ents.append(dist.entropy())
        hc = (hc[0].detach(), hc[1].detach())

        adv = torch.tensor(rews) - torch.cat(vals)
        loss = (-torch.cat(logps) * adv.detach() + 0.5 * adv ** 2 - 0.01 * torch.cat(ents)).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(learner.parameters(), 0.5)
        opt.step()

        won = 0.99 * won + 0.01 * sum(rews)
        if u % 50 == 49:
            rival.archive(learner)
            print(f"{u + 1:6d} vs {who:>9}  {won:+.2f} chips / chunk")
    torch.save(learner.state_dict(), "bluff.pt")


if __name__ == "__main__":
    main()
