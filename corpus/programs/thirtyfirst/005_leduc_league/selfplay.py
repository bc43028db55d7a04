import argparse
import random
from collections import defaultdict

import torch
import torch.nn.functional as F

from leduc import Leduc
from player import Player


def hand(game, players, learner_seat, learn):
    view = game.deal()
    for p in players:
        p.sit_down()
    over, gain = False, 0
    while not over:
        seat = game.turn
        action = players[seat].act(view, game.legal(), learn=learn and seat == learner_seat)
        over, gain = game.play(action)
        view = game.view(game.turn)
    return gain if learner_seat == 0 else -gain


class League:
    def __init__(self, size):
        self.size = size
        self.snapshots = {}
        self.record = defaultdict(lambda: [0, 0])

    def add(self, name, player):
        self.snapshots[name] = player.net.state_dict()
        while len(self.snapshots) > self.size:
            easiest = max(self.snapshots, key=self.winrate)
            del self.snapshots[easiest]

    def winrate(self, name):
        won, played = self.record[name]
        return won / played if played else 0.5

    def pick(self):
        names = list(self.snapshots)
        weights = [(1 - self.winrate(n)) ** 2 + 0.02 for n in names]
        return random.choices(names, weights)[0]

    def tell(self, name, gain):
        self.record[name][0] += gain > 0
        self.record[name][1] += 1


def update(opt, player, gain, beta):
    if not player.trace:
        return 0.0
    logps, values, ents = map(torch.stack, zip(*player.trace))
    target = torch.full_like(values, gain / 13)
    adv = target - values.detach()
    loss = -(logps.squeeze(-1) * adv).mean() + 0.5 * F.mse_loss(values, target) - beta * ents.mean()
    opt.zero_grad()
    loss.backward()
    opt.step()
    return loss.item()


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--hands", type=int, default=400_000)
    ap.add_argument("--every", type=int, default=5_000)
    ap.add_argument("--size", type=int, default=12)
    ap.add_argument("--block", type=int, default=50)
    ap.add_argument("--seed", type=int, default=3)
    args = ap.parse_args()
    random.seed(args.seed)
    torch.manual_seed(args.seed)

    learner, rival = Player(), Player()
    opt = torch.optim.Adam(learner.net.parameters(), lr=2e-4)
    league = League(args.size)
    league.add("gen0", learner)
    game = Leduc(random.Random(args.seed))
    name, bank = "gen0", 0

    for n in range(1, args.hands + 1):
        if n % args.block == 1:
            name = league.pick()
            rival.net.load_state_dict(league.snapshots[name])
        seat = n % 2
        players = (learner, rival) if seat == 0 else (rival, learner)
        gain = hand(game, players, seat, learn=True)
        league.tell(name, gain)
        update(opt, learner, gain, beta=0.02)
        bank += gain
        if n % args.every == 0:
            league.add(f"gen{n // args.every}", learner)
            print(f"{n:7d} bank/hand {bank / args.every:+.3f} league "
                  + " ".join(f"{k}:{league.winrate(k):.2f}" for k in league.snapshots))
            bank = 0
    torch.save(learner.net.state_dict(), "leduc.pt")


if __name__ == "__main__":
    main()
