"""Repeated one-card bluffing over a match of many hands."""
import random

DECK = list(range(6))
FOLD, CALL, RAISE = range(3)


class Match:
    def __init__(self, hands=25, rng=None):
        self.hands = hands
        self.rng = rng or random.Random()
        self.banks = [0, 0]

    def play(self, seats):
        """seats: two primed generators; send an observation, get an action back."""
        log = []
        for n in range(self.hands):
            cards = self.rng.sample(DECK, 2)
            first = n % 2
            pot = [1, 1]
            turn, to_call, raises = first, 0, 0
            while True:
                obs = [cards[turn] / 5.0, pot[turn] / 6.0, pot[1 - turn] / 6.0, float(turn == first),
                       to_call / 2.0, self.banks[turn] / 20.0]
                act = seats[turn].send(obs)
                log.append((turn, n))
                if act == FOLD and to_call:
                    winner = 1 - turn
                    break
                if act == RAISE and raises < 2:
                    pot[turn] += to_call + 2
                    to_call, raises, turn = 2, raises + 1, 1 - turn
                    continue
                pot[turn] += to_call
                if to_call == 0 and turn == first and raises == 0:
                    turn = 1 - turn
                    continue
                winner = 0 if cards[0] > cards[1] else 1
                break
            gain = pot[1 - winner]
            self.banks[winner] += gain
            self.banks[1 - winner] -= gain
        return self.banks[0], log
