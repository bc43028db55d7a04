import random
from typing import List, Optional, Set, Tuple

N = 6
FLEET = (3, 2, 2)


def place_fleet(rnd: random.Random) -> List[Set[int]]:
    ships: List[Set[int]] = []
    taken: Set[int] = set()
    for length in FLEET:
        while True:
            flat = rnd.random() < 0.5
            r = rnd.randrange(N if flat else N - length + 1)
            c = rnd.randrange(N - length + 1 if flat else N)
            cells = {(r * N + c + k) if flat else ((r + k) * N + c) for k in range(length)}
            if not cells & taken:
                ships.append(cells)
                taken |= cells
                break
    return ships


class Waters:
    """One side's fleet. A shot answers 0 water, 1 hit, 2 sunk; nobody draws the map for the gunner."""

    def __init__(self, rnd: random.Random) -> None:
        self.ships = place_fleet(rnd)
        self.shot: Set[int] = set()

    def fire(self, cell: int) -> int:
        if cell in self.shot:
            return 0
        self.shot.add(cell)
        for ship in self.ships:
            if cell in ship:
                ship.discard(cell)
                return 1 if ship else 2
        return 0

    @property
    def sunk(self) -> bool:
        return not any(self.ships)


def duel(gunners, rnd: random.Random, limit: int = 80) -> Tuple[Optional[int], int]:
    waters = [Waters(rnd), Waters(rnd)]
    answers: List[Tuple[Optional[int], int]] = [(None, 0), (None, 0)]
    for turn in range(2 * limit):
        who = turn % 2
        cell = gunners[who].shoot(*answers[who])
        answers[who] = (cell, waters[1 - who].fire(cell))
        if waters[1 - who].sunk:
            return who, turn
    return None, 2 * limit
