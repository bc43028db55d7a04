import random
from typing import List, Tuple

import torch


class Ferry:
    """Cross a river; the current changes its sign at an unseen moment and position comes with noise."""

    LIMIT = 80

    def reset(self) -> torch.Tensor:
        self.t, self.x, self.y = 0, 0.0, random.uniform(-1, 1)
        self.flow = random.choice([-0.08, 0.08])
        self.turn = random.randint(20, 60)
        return self._see()

    def _see(self) -> torch.Tensor:
        return torch.tensor([self.x, self.y + random.gauss(0, 0.1)])

    def step(self, a: int) -> Tuple[torch.Tensor, float, bool]:
        self.t += 1
        if self.t == self.turn:
            self.flow = -self.flow
        self.x += 0.02
        self.y += 0.1 * (a - 1) + self.flow
        return self._see(), -abs(self.y), self.x >= 1.0 or self.t >= self.LIMIT

    def pilot(self) -> int:
        want = -self.flow - 0.3 * self.y
        return 1 + (want > 0.05) - (want < -0.05)


def demonstrations(n: int) -> List[Tuple[torch.Tensor, torch.Tensor]]:
    out = []
    for _ in range(n):
        env, done = Ferry(), False
        obs = env.reset()
        xs, ys = [], []
        while not done:
            a = env.pilot()
            xs.append(obs)
            ys.append(a)
            obs, _, done = env.step(a)
        out.append((torch.stack(xs), torch.tensor(ys)))
    return out
