from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field

import numpy as np
import torch
import torch.nn as nn
import torch.nn.functional as F

PLAYERS = ("blue_0", "blue_1", "red_0", "red_1")


@dataclass
class Config:
    games: int = 20_000
    half_length: int = 150
    pool_size: int = 25
    snapshot_every: int = 200
    lr: float = 7e-4
    gamma: float = 0.98
    hidden: int = 48


class Footballer(nn.Module):
    def __init__(self, hidden: int, n_obs: int = 10, n_act: int = 5) -> None:
        super().__init__()
        self.body = nn.GRUCell(n_obs, hidden)
        self.head = nn.Linear(hidden, n_act)

    def forward(self, obs, h):
        h = self.body(obs, h)
        return self.head(h), h


class Pitch:
    """Ball on a grid of 15 x 9 that sticks to the foot of the nearest player."""

    STEPS = np.array([(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)])

    def kick_off(self) -> dict:
        self.xy = {p: np.array([4 + random.randint(0, 2), random.randint(2, 6)]) for p in PLAYERS[:2]}
        self.xy.update({p: np.array([10 - random.randint(0, 2), random.randint(2, 6)]) for p in PLAYERS[2:]})
        self.ball = np.array([7, 4])
        return self.views()

    def views(self) -> dict:
        out = {}
        for i, p in enumerate(PLAYERS):
            mate = PLAYERS[i ^ 1]
            foes = PLAYERS[2:] if i < 2 else PLAYERS[:2]
            flat = np.concatenate([self.xy[p], self.xy[mate], self.xy[foes[0]], self.xy[foes[1]], self.ball]) - 0.0
            flat = flat / 7.0 - 1.0
            out[p] = torch.tensor(flat if i < 2 else -flat, dtype=torch.float32).unsqueeze(0)
        return out

    def play(self, acts: dict) -> tuple[dict, int]:
        for i, p in enumerate(PLAYERS):
            move = self.STEPS[acts[p]] * (1 if i < 2 else -1)
            on_ball = (self.xy[p] == self.ball).all()
            self.xy[p] = np.clip(self.xy[p] + move, [0, 0], [14, 8])
            if on_ball and random.random() < 0.9:
                self.ball = self.xy[p].copy()
        goal = 0
        if 3 <= self.ball[1] <= 5 and self.ball[0] in (0, 14):
            goal = 1 if self.ball[0] == 14 else -1
        return self.views(), goal


@dataclass
class SelfPlay:
    cfg: Config
    pool: list = field(default_factory=list)

    def __post_init__(self) -> None:
        self.blue = Footballer(self.cfg.hidden)
        self.red = Footballer(self.cfg.hidden)
        self.opt = torch.optim.Adam(self.blue.parameters(), lr=self.cfg.lr)
        self.pitch = Pitch()
        self.h: dict[str, torch.Tensor] = {}

    def snapshot(self) -> None:
        self.pool.append(copy.deepcopy(self.blue.state_dict()))
        if len(self.pool) > self.cfg.pool_size:
            self.pool.pop(random.randrange(len(self.pool) - 1))

    def new_red_team(self) -> None:
        self.red.load_state_dict(random.choice(self.pool))
        for p in PLAYERS[2:]:
            self.h[p] = torch.zeros(1, self.cfg.hidden)

    def half(self, views: dict) -> tuple[dict, list, list]:
        logps, rewards = [], []
        for _ in range(self.cfg.half_length):
            acts, lp = {}, 0.0
            for p in PLAYERS[:2]:
                logits, self.h[p] = self.blue(views[p], self.h[p])
                dist = torch.distributions.Categorical(logits=logits)
                a = dist.sample()
                lp = lp + dist.log_prob(a)
                acts[p] = a.item()
            with torch.no_grad():
                for p in PLAYERS[2:]:
                    logits, self.h[p] = self.red(views[p], self.h[p])
                    acts[p] = torch.multinomial(F.softmax(logits, -1), 1).item()
            views, goal = self.pitch.play(acts)
            logps.append(lp)
            rewards.append(float(goal))
            if goal:
                self.pitch.ball = np.array([7, 4])
        return views, logps, rewards

    def game(self) -> int:
        self.h = {p: torch.zeros(1, self.cfg.hidden) for p in PLAYERS}
        views = self.pitch.kick_off()
        self.new_red_team()
        views, lp1, r1 = self.half(views)
        # another team comes on for the second half
        self.new_red_team()
        _, lp2, r2 = self.half(views)
        logps, rewards = lp1 + lp2, r1 + r2
        returns, g = [], 0.0
        for r in reversed(rewards):
            g = r + self.cfg.gamma * g
            returns.insert(0, g)
        ret = torch.tensor(returns)
        ret = (ret - ret.mean()) / (ret.std() + 1e-6)
        loss = -(torch.cat(logps) * ret).mean()
        self.opt.zero_grad()
        loss.backward()
        self.opt.step()
        return int(sum(rewards))

    def run(self) -> None:
        self.snapshot()
        diff = 0
        for g in range(1, self.cfg.games + 1):
            diff += self.game()
            if g % self.cfg.snapshot_every == 0:
                self.snapshot()
                print(f"game {g}: goal difference {diff:+d} over {self.cfg.snapshot_every} games")
                diff = 0
        torch.save(self.blue.state_dict(), "blue.pt")


if __name__ == "__main__":
    SelfPlay(Config()).run()
