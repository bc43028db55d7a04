import random

import torch


class Table:
    """Two paddles, one ball. Positions in [0, 1]."""

    def __init__(self, points_to_win=11):
        self.points_to_win = points_to_win
        self.start()

    def start(self):
        self.pad = [0.5, 0.5]
        self.score = [0, 0]
        self.serve()

    def serve(self):
        self.bx, self.by = 0.5, random.random()
        self.vx = random.choice([-0.02, 0.02])
        self.vy = random.uniform(-0.02, 0.02)

    def view(self, side):
        bx = self.bx if side == 0 else 1 - self.bx
        return torch.tensor([[bx, self.by, self.pad[side], self.pad[1 - side],
                              (self.score[side] - self.score[1 - side]) / 11.0]])

    def tick(self, moves):
        for i, m in enumerate(moves):
            self.pad[i] = min(1.0, max(0.0, self.pad[i] + (m - 1) * 0.03))
        self.bx += self.vx
        self.by += self.vy
        if not 0 <= self.by <= 1:
            self.vy = -self.vy
        won = None
        if self.bx <= 0 or self.bx >= 1:
            side = 0 if self.bx <= 0 else 1
            if abs(self.pad[side] - self.by) < 0.1:
                self.vx = -self.vx
            else:
                won = 1 - side
                self.score[won] += 1
                self.serve()
        return won, max(self.score) >= self.points_to_win


class DuelEnv:
    """Single player view of the table, the other side is played by a net."""

    def __init__(self, table, rival):
        self.table = table
        self.rival = rival.eval()
        self.rival_h = rival.blank()

    def refresh(self, weights):
        self.rival.load_state_dict(weights)

    def reset(self):
        self.table.start()
        self.rival_h = self.rival.blank()
        return self.table.view(0)

    @torch.no_grad()
    def step(self, move):
        logits, _, self.rival_h = self.rival(self.table.view(1), self.rival_h)
        reply = torch.distributions.Categorical(logits=logits).sample().item()
        won, over = self.table.tick((move, reply))
        reward = 0.0 if won is None else (1.0 if won == 0 else -1.0)
        return self.table.view(0), reward, over
