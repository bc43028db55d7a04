import random
from typing import List, Tuple


class LiftShaft:
    """One car, `floors` landings; the hall calls are only seen at the landing the car stands at."""

    def __init__(self, floors: int = 12, horizon: int = 300, seed: int = 0) -> None:
        self.floors = floors
        self.horizon = horizon
        self.rng = random.Random(seed)

    @property
    def width(self) -> int:
        return self.floors + 3

    def reset(self) -> List[float]:
        self.car = 0
        self.t = 0
        self.waiting = [0] * self.floors
        self.riders: List[int] = []
        return self.look()

    def look(self) -> List[float]:
        where = [1.0 if f == self.car else 0.0 for f in range(self.floors)]
        return where + [self.waiting[self.car] / 5, len(self.riders) / 8, self.t / self.horizon]

    def step(self, move: int) -> Tuple[List[float], float, bool]:
        if self.rng.random() < 0.2:
            self.waiting[self.rng.randrange(self.floors)] += 1
        gain = 0.0
        if move == 0:
            out = [r for r in self.riders if r == self.car]
            self.riders = [r for r in self.riders if r != self.car]
            gain += len(out)
            room = 8 - len(self.riders)
            n = min(room, self.waiting[self.car])
            self.waiting[self.car] -= n
            self.riders += [self.rng.randrange(self.floors) for _ in range(n)]
        else:
            self.car = max(0, min(self.floors - 1, self.car + (1 if move == 1 else -1)))
        self.t += 1
        return self.look(), gain - 0.01 * sum(self.waiting), self.t >= self.horizon
