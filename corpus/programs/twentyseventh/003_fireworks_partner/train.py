import random
from collections import deque

import torch

from agents import PoolPartner, SelfPlayAgent
from game import Fireworks

GAMES, POOL_EVERY = 100_000, 1000


class Pool:
    def __init__(self, size=40):
        self.items = deque(maxlen=size)

    def add(self, weights):
        self.items.append(weights)

    def pick(self):
        return random.choice(self.items)


def play(game, players):
    game.deal()
    for p in players:
        p.begin_game()
    game.turn = random.randrange(2)
    while not game.over:
        seat = game.turn
        game.apply(players[seat].act(game.view(seat)))
    return sum(game.stacks)


def main():
    learner = SelfPlayAgent()
    pool = Pool()
    pool.add(learner.weights)
    partner = PoolPartner(pool)

    game = Fireworks()
    game.on_strike.append(partner.on_strike)
    recent = deque(maxlen=1000)
    for g in range(1, GAMES + 1):
        score = play(game, [learner, partner])
        learner.learn(score)
        recent.append(score)
        if g % POOL_EVERY == 0:
            pool.add(learner.weights)
            print(f"{g} games  mean {sum(recent) / len(recent):.2f}  changes {partner.seats_taken}")
    torch.save(learner.weights, "fireworks.pt")


if __name__ == "__main__":
    main()
