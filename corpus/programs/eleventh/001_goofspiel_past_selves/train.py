import argparse
import copy
import random
from collections import deque

import torch
import torch.nn as nn
from torch.distributions import Categorical

from goofspiel import N, Goofspiel


class Bidder(nn.Module):
    def __init__(self, hidden=64):
        super().__init__()
        self.gru = nn.GRU(2 * N + 2, hidden)
        self.out = nn.Linear(hidden, N)

    def forward(self, x, h):
        y, h = self.gru(x.view(1, 1, -1), h)
        return self.out(y.view(-1)), h


def choose(net, game, who, h):
    logits, h = net(game.look(who), h)
    dist = Categorical(logits=logits + game.legal(who))
    card = dist.sample()
    return card.item(), dist.log_prob(card), h


def play(game, me, other):
    game.new_game()
    h_me = h_other = None
    logps = []
    while not game.over():
        a, logp, h_me = choose(me, game, 0, h_me)
        with torch.no_grad():
            b, _, h_other = choose(other, game, 1, h_other)
        game.bid(a, b)
        logps.append(logp)
    return torch.stack(logps).sum(), game.result()


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--batches", type=int, default=3000)
    parser.add_argument("--games", type=int, default=32)
    parser.add_argument("--opponents", type=int, default=4, help="different past selves met per batch")
    parser.add_argument("--archive", type=int, default=25)
    parser.add_argument("--lr", type=float, default=5e-4)
    args = parser.parse_args()

    me, other = Bidder(), Bidder()
    past = deque([copy.deepcopy(me.state_dict())], maxlen=args.archive)
    opt = torch.optim.Adam(me.parameters(), lr=args.lr)
    game = Goofspiel()

    for batch in range(args.batches):
        scores, results = [], []
        for g in range(args.games):
            if g % (args.games // args.opponents) == 0:
                other.load_state_dict(random.choice(past))
            logp, result = play(game, me, other)
            scores.append(logp)
            results.append(result)
        reward = torch.tensor(results)
        loss = -(torch.stack(scores) * (reward - reward.mean())).mean()
        opt.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(me.parameters(), 1.0)
        opt.step()
        if batch % 20 == 19:
            past.append(copy.deepcopy(me.state_dict()))
            print(f"batch {batch + 1}: mean result {reward.mean():+.2f}, archive {len(past)}")


if __name__ == "__main__":
    main()
