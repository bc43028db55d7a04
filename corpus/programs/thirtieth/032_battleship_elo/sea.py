import random

SIZE = 6
FLEET = (3, 2, 2)


class Sea:
    def __init__(self, rng=random):
        self.ships = []
        self.shot = set()
        for length in FLEET:
            while True:
                down = rng.random() < 0.5
                r = rng.randrange(SIZE - (length - 1 if down else 0))
                c = rng.randrange(SIZE - (0 if down else length - 1))
                cells = {(r + i * down, c + i * (not down)) for i in range(length)}
                if all(not cells & other for other in self.ships):
                    self.ships.append(cells)
                    break

    def fire(self, cell):
        """'miss', 'hit', 'sunk' or 'waste' (shot there before)."""
        where = divmod(cell, SIZE)
        if where in self.shot:
            return "waste"
        self.shot.add(where)
        for ship in self.ships:
            if where in ship:
                return "sunk" if ship <= self.shot else "hit"
        return "miss"

    def beaten(self):
        return all(ship <= self.shot for ship in self.ships)
