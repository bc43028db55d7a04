import random


class Leduc:
    """Leduc hold'em: one private card, one public card, two rounds of betting. Yields what each player is asked."""

    FOLD, CALL, RAISE = range(3)

    def play(self):
        deck = [0, 0, 1, 1, 2, 2]
        random.shuffle(deck)
        private, public = deck[:2], deck[2]
        pot = [1, 1]
        for street in (0, 1):
            turn, raises, checks = 0, 0, 0
            while True:
                seen = public if street else None
                a = yield turn, (private[turn], seen, pot[turn], pot[1 - turn], raises)
                if a == self.FOLD and pot[turn] < pot[1 - turn]:
                    return self._settle(1 - turn, pot)
                if a == self.RAISE and raises < 2:
                    pot[turn] = pot[1 - turn] + (2 if street == 0 else 4)
                    raises, checks = raises + 1, 0
                else:
                    pot[turn] = max(pot)
                    checks += 1
                    if checks == 2 or (raises and checks == 1):
                        break
                turn = 1 - turn
        rank = [10 * (c == public) + c for c in private]
        if rank[0] == rank[1]:
            return [0, 0]
        return self._settle(int(rank[1] > rank[0]), pot)

    @staticmethod
    def _settle(winner, pot):
        lost = pot[1 - winner]
        return [lost, -lost] if winner == 0 else [-lost, lost]
