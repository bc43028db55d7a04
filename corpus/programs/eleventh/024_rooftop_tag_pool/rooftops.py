from dataclasses import dataclass, field

import torch

MOVES = torch.tensor([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]])


@dataclass
class Rooftops:
    """Tag on a 7x7 roof: the runner gets away if it is not caught; chimneys block the sight between the two."""

    size: int = 7
    limit: int = 50
    chimneys: set = field(default_factory=lambda: {2, 4})

    def reset(self):
        self.t = 0
        self.pos = torch.tensor([[0, 0], [self.size - 1, self.size - 1]])
        return self.sight(0), self.sight(1)

    def sight(self, who):
        me, you = self.pos[who], self.pos[1 - who]
        blocked = int(me[0]) in self.chimneys or int(you[0]) in self.chimneys
        seen = torch.zeros(2) if blocked else (you - me).float() / self.size
        return torch.cat([me.float() / self.size, seen, torch.tensor([float(blocked), float(who)])])

    def step(self, a, b):
        self.t += 1
        self.pos = (self.pos + MOVES[torch.tensor([a, b])]).clamp(0, self.size - 1)
        caught = bool((self.pos[0] - self.pos[1]).abs().sum() <= 1)
        reward = 1.0 if caught else (-1.0 if self.t >= self.limit else -0.01)
        return (self.sight(0), self.sight(1)), reward, caught or self.t >= self.limit
