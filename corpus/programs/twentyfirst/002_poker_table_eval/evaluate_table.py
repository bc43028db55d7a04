"""Chips per 100 hands of one checkpoint at a table whose other players come and go."""
from __future__ import annotations

import random
import statistics
from dataclasses import dataclass
from pathlib import Path

import torch
import tyro

from players import GruPlayer, Player, RandomPlayer
from sidepots import Table  # our rules engine (C++ with bindings)


@dataclass
class Args:
    hero: Path
    pool: Path = Path("pool")
    seats: int = 6
    hands: int = 1000
    sessions: int = 20
    stay: int = 80
    """Mean number of hands an opponent stays."""
    fish: int = 1
    seed: int = 0


class Session:
    def __init__(self, players: list[Player], pool: list[Path], args: Args, seed: int) -> None:
        self.players = players
        self.pool = pool
        self.args = args
        self.rng = random.Random(seed)
        self.table = Table(seats=args.seats, seed=seed)

    def _maybe_change_opponent(self) -> None:
        for p in self.players[1:]:
            if self.rng.random() < 1.0 / self.args.stay:
                p.load(self.rng.choice(self.pool))

    def run(self) -> float:
        for p in self.players:
            p.reset()
        hero_chips = 0.0
        for _ in range(self.args.hands):
            self._maybe_change_opponent()
            self.table.deal()
            while not self.table.showdown():
                seat = self.table.to_act()
                features = torch.tensor(self.table.features(seat), dtype=torch.float32)
                legal = torch.tensor(self.table.legal(seat), dtype=torch.bool)
                self.table.apply(seat, self.players[seat].act(features, legal))
            hero_chips += self.table.settle()[0]
        return 100.0 * hero_chips / self.args.hands


def main(args: Args) -> None:
    random.seed(args.seed)
    torch.manual_seed(args.seed)
    pool = sorted(args.pool.glob("*.ckpt"))
    probe = Table(seats=args.seats, seed=0)

    players: list[Player] = []
    for seat in range(args.seats):
        if seat >= args.seats - args.fish:
            players.append(RandomPlayer(f"fish{seat}"))
        else:
            players.append(GruPlayer(f"seat{seat}", probe.n_features, probe.n_actions))
    players[0].load(args.hero)
    for p in players[1:]:
        p.load(random.choice(pool))

    rates = [Session(players, pool, args, args.seed + s).run() for s in range(args.sessions)]
    print(f"{args.hero.stem}: {statistics.mean(rates):+.2f} chips/100 "
          f"(sd {statistics.pstdev(rates):.2f}, n={len(rates)})")


if __name__ == "__main__":
    main(tyro.cli(Args))
