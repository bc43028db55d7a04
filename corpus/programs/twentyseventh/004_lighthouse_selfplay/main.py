import copy
import random
import sys

import torch

from lighthouse import Lighthouse
from players import LearningAgent, SelfPlayAgent


class Archive:
    def __init__(self, limit):
        self.limit = limit
        self.books = []

    def __len__(self):
        return len(self.books)

    def draw(self):
        return random.choice(self.books)

    def store(self, net):
        self.books.append(copy.deepcopy(net.state_dict()))
        if len(self.books) > self.limit:
            self.books.pop(random.randrange(len(self.books) - 1))


def one_game(game, a, b):
    game.new()
    a.start()
    b.start()
    total = 0.0
    while not game.finished():
        total += game.tick_with([a.lays(game.look(0)), b.lays(game.look(1))])
    return total


def main(games=60_000):
    game, archive = Lighthouse(), Archive(limit=25)
    hero = LearningAgent(Lighthouse.LOOK, lr=1e-3)
    archive.store(hero.net)
    mate = SelfPlayAgent(Lighthouse.LOOK, archive)
    mean = 0.0
    for g in range(games):
        total = one_game(game, hero, mate)
        hero.update(total - mean)
        mean += 0.01 * (total - mean)
        if g % 400 == 399:
            archive.store(hero.net)
            print(g + 1, f"{mean:+.3f}", len(archive))
    torch.save(hero.net.state_dict(), "lighthouse.pt")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
