from __future__ import annotations

import torch
import torch.nn.functional as F

CELLS = 16
SHIPS = 4
LIMIT = 40


class BattleshipBatch:
    """Many games of battleship on a 4x4 sea at once; both sides fire in every turn, finished games start anew."""

    def __init__(self, games: int) -> None:
        self.games = games
        self.fleet = torch.zeros(2, games, CELLS)
        self.turn = torch.zeros(games)
        self.report = torch.zeros(2, games, CELLS + 2)

    def begin(self) -> tuple[torch.Tensor, torch.Tensor]:
        self._deal(torch.ones(self.games, dtype=torch.bool))
        return self.report[0].clone(), self.report[1].clone()

    def _deal(self, which: torch.Tensor) -> None:
        n = int(which.sum())
        if n == 0:
            return
        for side in range(2):
            spots = torch.rand(n, CELLS).topk(SHIPS, dim=1).indices
            self.fleet[side, which] = F.one_hot(spots, CELLS).sum(1).float()
            self.report[side, which] = 0.0
        self.turn[which] = 0

    def fire(self, shot_a: torch.Tensor, shot_b: torch.Tensor):
        self.turn += 1
        rows = torch.arange(self.games)
        for side, shot in ((0, shot_a), (1, shot_b)):
            enemy = self.fleet[1 - side]
            hit = enemy[rows, shot].clone()
            enemy[rows, shot] = 0.0
            self.report[side] = torch.cat(
                [F.one_hot(shot, CELLS).float(), hit.unsqueeze(1), enemy.sum(1, keepdim=True) / SHIPS], dim=1
            )
        won = (self.fleet[1].sum(1) == 0).float()
        lost = (self.fleet[0].sum(1) == 0).float()
        reward = won - lost + 0.05 * self.report[0, :, CELLS]
        done = (won + lost > 0) | (self.turn >= LIMIT)
        self._deal(done)
        return (self.report[0].clone(), self.report[1].clone()), reward, done
