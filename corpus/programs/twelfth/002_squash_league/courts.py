from __future__ import annotations

import torch


class SquashCourts:
    """A batch of simplified squash rallies; a game goes to `points`."""

    obs_dim = 7
    n_shots = 4  # drive, boast, drop, lob

    def __init__(self, n: int, points: int = 11, seed: int = 0) -> None:
        self.n, self.points = n, points
        self.gen = torch.Generator().manual_seed(seed)
        self.score = torch.zeros(n, 2)
        self.ball = torch.zeros(n, 2)
        self.fatigue = torch.zeros(n, 2)

    def reset(self) -> tuple[torch.Tensor, torch.Tensor]:
        self._restart(torch.ones(self.n, dtype=torch.bool))
        return self._view(0), self._view(1)

    def _restart(self, which: torch.Tensor) -> None:
        self.score[which] = 0.0
        self.ball[which] = 0.0
        self.fatigue[which] = 0.0

    def _view(self, me: int) -> torch.Tensor:
        you = 1 - me
        return torch.stack([
            self.ball[:, 0], self.ball[:, 1],
            self.fatigue[:, me], self.fatigue[:, you],
            self.score[:, me] / self.points, self.score[:, you] / self.points,
            torch.full((self.n,), float(me)),
        ], dim=1)

    def step(self, a: torch.Tensor, b: torch.Tensor):
        noise = torch.randn(self.n, 2, generator=self.gen) * 0.2
        self.ball = 0.6 * self.ball + noise
        self.ball[:, 0] += (a - b).float() * 0.1
        self.fatigue[:, 0] = 0.98 * self.fatigue[:, 0] + 0.02 * (b == 1).float()
        self.fatigue[:, 1] = 0.98 * self.fatigue[:, 1] + 0.02 * (a == 1).float()
        edge = ((a - b) % self.n_shots == 1).float() - ((b - a) % self.n_shots == 1).float()
        edge = edge + self.fatigue[:, 1] - self.fatigue[:, 0]
        p = torch.sigmoid(2.0 * edge)
        won = torch.rand(self.n, generator=self.gen) < p
        rally_over = torch.rand(self.n, generator=self.gen) < 0.3
        self.score[:, 0] += (won & rally_over).float()
        self.score[:, 1] += (~won & rally_over).float()
        reward = torch.where(rally_over, torch.where(won, 1.0, -1.0), torch.zeros(self.n))
        done = self.score.max(dim=1).values >= self.points
        self._restart(done)
        return (self._view(0), self._view(1)), reward, done
