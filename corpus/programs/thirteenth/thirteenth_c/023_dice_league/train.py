import argparse
import random
from collections import deque

import torch
import torch.nn as nn

from liars_dice import LiarsDice


class DiceNet(nn.Module):
    def __init__(self, game, hidden=128):
        super().__init__()
        self.emb = nn.Linear(game.obs_dim, hidden)
        self.rnn = nn.GRUCell(hidden, hidden)
        self.out = nn.Linear(hidden, game.n_actions)
        self.base = nn.Linear(hidden, 1)

    def forward(self, x, h):
        h = self.rnn(torch.relu(self.emb(x)), h)
        return self.out(h), self.base(h).squeeze(-1), h


class Seat:
    """A net together with its memory of the current round."""

    def __init__(self, net):
        self.net = net
        self.new_round()

    def new_round(self):
        self.h = None
        self.steps = []

    def act(self, game, who, greedy=False):
        x = torch.tensor([game.observe(who)])
        logits, v, self.h = self.net(x, self.h)
        logits = logits.masked_fill(~torch.tensor([game.legal()]), -1e9)
        dist = torch.distributions.Categorical(logits=logits)
        a = logits.argmax(-1) if greedy else dist.sample()
        self.steps.append((dist.log_prob(a), v, dist.entropy()))
        return a.item()


class League:
    def __init__(self, net, size, p_latest=0.3):
        self.net = net
        self.p_latest = p_latest
        self.past = deque(maxlen=size)

    def add(self):
        self.past.append(self.net.state_dict())

    def pick(self):
        if not self.past or random.random() < self.p_latest:
            return self.net.state_dict()
        return random.choice(self.past)


def play_round(game, seats, learner_seat):
    game.deal()
    for s in seats:
        s.new_round()
    winner = None
    while winner is None:
        who = game.turn
        if who == learner_seat:
            a = seats[who].act(game, who)
        else:
            with torch.no_grad():
                a = seats[who].act(game, who)
        winner = game.play(a)
    return winner


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--dice", type=int, default=3)
    ap.add_argument("--iterations", type=int, default=20000)
    ap.add_argument("--rounds", type=int, default=64)
    ap.add_argument("--lr", type=float, default=5e-4)
    ap.add_argument("--add-every", type=int, default=100)
    ap.add_argument("--league", type=int, default=50)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    game = LiarsDice(args.dice)
    me, rival = Seat(DiceNet(game)), Seat(DiceNet(game))
    opt = torch.optim.Adam(me.net.parameters(), lr=args.lr)
    league = League(me.net, args.league)

    rate = 0.5
    for it in range(args.iterations):
        rival.net.load_state_dict(league.pick())
        rival.new_round()
        losses = []
        for _ in range(args.rounds):
            side = random.randrange(2)
            seats = [me, rival] if side == 0 else [rival, me]
            winner = play_round(game, seats, side)
            z = 1.0 if winner == side else -1.0
            rate = 0.999 * rate + 0.001 * (winner == side)
            for logp, v, ent in me.steps:
                losses.append(-logp * (z - v.detach()) + 0.5 * (z - v) ** 2 - 0.01 * ent)
        opt.zero_grad()
        torch.cat(losses).mean().backward()
        nn.utils.clip_grad_norm_(me.net.parameters(), 1.0)
        opt.step()
        if it % args.add_every == 0:
            league.add()
        if it % 500 == 0:
            print(f"{it:6d}  win rate {rate:.3f}  league {len(league.past)}")
    torch.save(me.net.state_dict(), "liars_dice.pt")


if __name__ == "__main__":
    main()
