import argparse

import numpy as np
import torch
from torch.distributions import Categorical

from league import League
from nets import N_CARDS, OBS, CardNet


class BigTwo:
    """Simplified Big Two: singles only, lowest seat with the three of diamonds opens."""

    def __init__(self, seed=0):
        self.rng = np.random.default_rng(seed)

    def deal(self):
        deck = self.rng.permutation(N_CARDS)
        self.hands = [set(deck[i * 13:(i + 1) * 13].tolist()) for i in range(4)]
        self.top, self.owner = -1, None
        self.turn = next(i for i in range(4) if 0 in self.hands[i])

    def view(self, seat):
        v = np.zeros(OBS, np.float32)
        v[list(self.hands[seat])] = 1
        if self.top >= 0:
            v[N_CARDS + self.top] = 1
        v[2 * N_CARDS:] = [len(h) / 13 for h in self.hands]
        legal = np.zeros(N_CARDS + 1, bool)
        for c in self.hands[seat]:
            legal[c] = c > self.top
        legal[N_CARDS] = self.top >= 0
        return torch.from_numpy(v)[None], torch.from_numpy(legal)[None]

    def play(self, card):
        seat = self.turn
        if card < N_CARDS:
            self.hands[seat].discard(card)
            self.top, self.owner = card, seat
        self.turn = (seat + 1) % 4
        if self.turn == self.owner:
            self.top = -1
        return not self.hands[seat]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--games", type=int, default=20000)
    ap.add_argument("--swap-every", type=int, default=75, help="table moves")
    args = ap.parse_args()

    game, league = BigTwo(), League()
    me = CardNet()
    others = {s: CardNet() for s in (1, 2, 3)}
    version = {}
    opt = torch.optim.Adam(me.parameters(), lr=3e-4)
    league.admit(me)
    for s in others:
        version[s] = league.draw(others[s])

    moves = 0
    for g in range(args.games):
        game.deal()
        mem = {s: me.blank() for s in range(4)}
        logps, finished = [], False
        while not finished:
            seat = game.turn
            x, legal = game.view(seat)
            if seat == 0:
                logits, mem[0] = me(x, mem[0], legal)
                dist = Categorical(logits=logits)
                a = dist.sample()
                logps.append(dist.log_prob(a))
            else:
                with torch.no_grad():
                    logits, mem[seat] = others[seat](x, mem[seat], legal)
                a = Categorical(logits=logits).sample()
            finished = game.play(a.item())
            moves += 1
            if moves % args.swap_every == 0:
                chair = int(game.rng.integers(1, 4))
                version[chair] = league.draw(others[chair])
        won = not game.hands[0]
        for s, k in version.items():
            league.credit(k, not game.hands[s])
        if logps:
            ret = 1.0 if won else -len(game.hands[0]) / 13
            loss = -ret * torch.stack(logps).sum()
            opt.zero_grad()
            loss.backward()
            opt.step()
        if g % 250 == 249:
            league.admit(me)
            torch.save(me.state_dict(), "bigtwo.pt")


if __name__ == "__main__":
    main()
