import argparse
import math
from typing import List

import torch

from ant import Ant

NEST = torch.tensor([0.5, 0.5])


class Colony:
    def __init__(self, size: int, n_food: int, noise: float) -> None:
        self.ants: List[Ant] = [Ant(i) for i in range(size)]
        self.food = torch.rand(n_food, 2)
        self.noise = noise
        self.stock = 0
        self.clock = 0

    def sense(self, ant: Ant) -> torch.Tensor:
        d = self.food - ant.pos
        near = d[d.norm(dim=1).argmin()]
        smell = near if near.norm() < 0.15 else torch.zeros(2)
        home = NEST - ant.pos
        return torch.tensor([
            smell[0], smell[1], home[0], home[1],
            math.sin(ant.heading), math.cos(ant.heading), float(ant.carrying),
        ])

    def move(self, ant: Ant) -> None:
        turn, speed = ant.decide(self.sense(ant)).tolist()
        ant.heading += 0.5 * turn
        step = 0.01 * (speed + 1)
        ant.pos = (ant.pos + step * torch.tensor([math.cos(ant.heading), math.sin(ant.heading)])).clamp(0, 1)
        ant.energy -= 0.0005
        ant.idle += 1
        if not ant.carrying:
            dist = (self.food - ant.pos).norm(dim=1)
            i = int(dist.argmin())
            if dist[i] < 0.03:
                ant.carrying, ant.idle = True, 0
                self.food[i] = torch.rand(2)
        elif (ant.pos - NEST).norm() < 0.05:
            ant.carrying, ant.idle = False, 0
            ant.energy = min(1.0, ant.energy + 0.5)
            self.stock += 1

    def neighbours(self, ant: Ant, radius: float = 0.1) -> List[Ant]:
        return [a for a in self.ants if a is not ant and (a.pos - ant.pos).norm() < radius]

    def bury(self, dead: Ant) -> None:
        """The dead ant comes back at the nest as a child of the fittest."""
        parent = max(self.ants, key=lambda a: a.energy)
        dead.learn_from(parent, self.noise)
        dead.wake_up()
        dead.pos, dead.energy, dead.idle, dead.carrying = NEST.clone(), 0.6, 0, False

    def imitate(self, lost: Ant) -> None:
        """An ant without success for a long time picks up the habits of a better one nearby."""
        near = self.neighbours(lost)
        if not near:
            return
        model = max(near, key=lambda a: a.energy)
        if model.energy > lost.energy:
            lost.learn_from(model, self.noise * 0.1)
            lost.idle = 0

    def tick(self) -> None:
        self.clock += 1
        for ant in self.ants:
            self.move(ant)
        for ant in self.ants:
            if ant.energy <= 0:
                self.bury(ant)
            elif ant.idle > 600:
                self.imitate(ant)


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--size", type=int, default=40)
    ap.add_argument("--food", type=int, default=25)
    ap.add_argument("--noise", type=float, default=0.05)
    ap.add_argument("--ticks", type=int, default=500_000)
    args = ap.parse_args()
    torch.manual_seed(3)
    colony = Colony(args.size, args.food, args.noise)
    for _ in range(args.ticks):
        colony.tick()
        if colony.clock % 5000 == 0:
            print(f"t={colony.clock} stock={colony.stock}")


if __name__ == "__main__":
    main()
