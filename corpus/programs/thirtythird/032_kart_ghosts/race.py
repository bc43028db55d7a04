import json
import math
import pathlib
import random

import torch

from driver import Kart, Wheel

GARAGE = pathlib.Path("garage")


class Track:
    length = 900.0
    half_width = 6.0

    def curve(self, s):
        return 0.6 * math.sin(2 * math.pi * s / 300.0) + 0.3 * math.sin(2 * math.pi * s / 110.0)

    def rays(self, kart):
        room = (kart.offset / self.half_width, kart.speed / 30.0)
        return [self.curve(kart.pos + 5.0 * k) + 0.1 * room[0] for k in range(8)]


class RaceScene:
    """Every kart hands its seat to another champion when it crosses the line."""

    def __init__(self, n=4):
        self.track = Track()
        self.champions = {}
        for path in sorted(GARAGE.glob("*.pt")):
            wheel = Wheel()
            wheel.load_state_dict(torch.load(path, map_location="cpu"))
            self.champions[path.stem] = wheel.eval()
        self.names = [random.choice(list(self.champions)) for _ in range(n)]
        self.karts = [Kart(self.champions[name]) for name in self.names]
        self.since = [0.0] * n
        self.best = {}

    def update(self, dt):
        for i, kart in enumerate(self.karts):
            self.since[i] += dt
            if kart.update(dt, self.track):
                name = self.names[i]
                self.best[name] = min(self.since[i], self.best.get(name, math.inf))
                self.since[i] = 0.0
                self.names[i] = random.choice(list(self.champions))
                kart.wheel = self.champions[self.names[i]]


def main():
    scene = RaceScene()
    while min(k.laps for k in scene.karts) < 25:
        scene.update(1 / 60)
    print(json.dumps(scene.best, indent=2))


if __name__ == "__main__":
    main()
