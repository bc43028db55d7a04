import random
from collections import deque

import torch

from cycle import Cyclist
from tron import Tron

GAMES = 60000
BATCH = 16
RECRUIT_EVERY = 1000
POOL_SIZE = 25


class Pool:
    def __init__(self, size):
        self.members = deque(maxlen=size)

    def recruit(self, cyclist, game):
        self.members.append((game, cyclist.net.state_dict()))

    def pick(self):
        return random.choice(self.members)


def play(game, me, rival):
    me.mount()
    rival.mount()
    mine, theirs = game.start()
    while True:
        dead = game.move([me.turn(mine, record=True), rival.turn(theirs)])
        if any(dead):
            return float(dead[1]) - float(dead[0])
        mine, theirs = game.sight(0), game.sight(1)


def main():
    game = Tron(seed=0)
    me, rival = Cyclist(), Cyclist()
    optim = torch.optim.Adam(me.net.parameters(), lr=1e-3)
    pool = Pool(POOL_SIZE)
    pool.recruit(me, 0)
    outcome, baseline = deque(maxlen=1000), 0.0
    losses = []
    for n in range(1, GAMES + 1):
        age, weights = pool.pick()
        rival.net.load_state_dict(weights)
        result = play(game, me, rival)
        outcome.append(result)
        losses.append(-(result - baseline) * torch.cat(me.logps).sum())
        baseline = 0.999 * baseline + 0.001 * result
        if n % BATCH == 0:
            optim.zero_grad()
            (sum(losses) / BATCH).backward()
            torch.nn.utils.clip_grad_norm_(me.net.parameters(), 1.0)
            optim.step()
            losses = []
        if n % RECRUIT_EVERY == 0:
            pool.recruit(me, n)
            print(n, "mean outcome %.3f" % (sum(outcome) / len(outcome)), "last rival from", age)
    torch.save(me.net.state_dict(), "cycle.pt")


if __name__ == "__main__":
    main()
