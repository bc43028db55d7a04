"""One AGV in a warehouse with aisles, other traffic is random."""
import random
from typing import List, Tuple


class Aisles:
    WIDTH, LENGTH = 6, 12

    def __init__(self, seed: int) -> None:
        self.rand = random.Random(seed)

    def reset(self) -> List[float]:
        self.x, self.y = 0, 0
        self.gx, self.gy = self.rand.randrange(self.WIDTH), self.rand.randrange(3, self.LENGTH)
        self.traffic = [[self.rand.randrange(self.WIDTH), self.rand.randrange(self.LENGTH)] for _ in range(5)]
        self.battery = 60
        return self._obs()

    def _obs(self) -> List[float]:
        front = float([self.x, self.y + 1] in self.traffic)
        back = float([self.x, self.y - 1] in self.traffic)
        cross = float(self.y % 4 == 0)
        return [self.x / 6, self.y / 12, self.gx / 6, self.gy / 12, front, back, cross, self.battery / 60]

    def step(self, a: int) -> Tuple[List[float], float, bool]:
        dx, dy = [(0, 0), (0, 1), (0, -1), (1, 0), (-1, 0)][a]
        if dx and self.y % 4:
            dx = 0
        nx = min(max(self.x + dx, 0), self.WIDTH - 1)
        ny = min(max(self.y + dy, 0), self.LENGTH - 1)
        reward = -0.02
        if [nx, ny] in self.traffic:
            reward -= 0.2
        else:
            self.x, self.y = nx, ny
        for t in self.traffic:
            t[1] = (t[1] + self.rand.choice([-1, 0, 1])) % self.LENGTH
        self.battery -= 1
        arrived = (self.x, self.y) == (self.gx, self.gy)
        return self._obs(), reward + float(arrived), arrived or self.battery == 0
