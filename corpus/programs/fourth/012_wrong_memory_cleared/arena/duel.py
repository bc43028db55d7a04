"""Best-of-many duels on one never-ending table (the environment re-deals by itself)."""
from dataclasses import dataclass, field
from typing import List

from arena.player import Player


@dataclass
class Tally:
    chips: float = 0.0
    hands: int = 0
    log: List[float] = field(default_factory=list)

    def add(self, won: float) -> None:
        self.chips += won
        self.hands += 1
        self.log.append(won)

    @property
    def per_hand(self) -> float:
        return self.chips / max(1, self.hands)


class Duel:
    def __init__(self, table, champion: Player, challenger: Player) -> None:
        self.table = table
        self.champion = champion
        self.challenger = challenger
        self.obs = table.deal()

    def start(self) -> None:
        self.obs = self.table.deal()
        self.champion.clear_memory()
        self.challenger.clear_memory()

    def play(self, hands: int) -> Tally:
        tally = Tally()
        while tally.hands < hands:
            seat = self.table.turn
            player = self.champion if seat == 0 else self.challenger
            self.obs, payoff = self.table.act(player.act(self.obs))
            if payoff is not None:
                tally.add(payoff[1])
        return tally
