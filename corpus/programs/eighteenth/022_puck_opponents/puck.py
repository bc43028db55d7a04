"""Self-play for a small air hockey game, opponents come from a folder of earlier players."""
import argparse
import glob
import os
import random
from typing import NamedTuple

import numpy as np
import torch
from torch import nn, optim


class Mem(NamedTuple):
    h: torch.Tensor

    @classmethod
    def blank(cls, size: int) -> "Mem":
        return cls(torch.zeros(1, size))


class Player(nn.Module):
    SIZE = 64
    MOVES = [(0, 0), (1, 0), (-1, 0), (0, 1), (0, -1)]

    def __init__(self) -> None:
        super().__init__()
        self.look = nn.Sequential(nn.Linear(8, self.SIZE), nn.Tanh())
        self.core = nn.GRUCell(self.SIZE, self.SIZE)
        self.out = nn.Linear(self.SIZE, len(self.MOVES))

    def act(self, obs: np.ndarray, mem: Mem):
        x = self.look(torch.as_tensor(obs, dtype=torch.float32).unsqueeze(0))
        h = self.core(x, mem.h)
        dist = torch.distributions.Categorical(logits=self.out(h))
        move = dist.sample()
        return move.item(), dist.log_prob(move), Mem(h)


class Rink:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def start(self) -> None:
        self.puck = np.zeros(2)
        self.vel = self.rng.normal(0, 0.6, 2)
        self.hands = np.array([[-0.7, 0.0], [0.7, 0.0]])
        self.ticks = 0

    def seen_by(self, side: int) -> np.ndarray:
        flip = 1 - 2 * side
        return flip * np.concatenate([self.puck, self.vel, self.hands[side], self.hands[1 - side]])

    def tick(self, moves) -> float:
        for side, m in enumerate(moves):
            self.hands[side] += 0.08 * (1 - 2 * side) * np.array(Player.MOVES[m])
            lo, hi = ((-1, -0.1), (0.1, 1))[side]
            self.hands[side] = np.clip(self.hands[side], [lo, -0.5], [hi, 0.5])
            d = self.puck - self.hands[side]
            if np.linalg.norm(d) < 0.12:
                self.vel = 12 * d
        self.puck = self.puck + 0.05 * self.vel
        if abs(self.puck[1]) > 0.5:
            self.vel[1] *= -1
            self.puck[1] = np.clip(self.puck[1], -0.5, 0.5)
        self.ticks += 1
        if abs(self.puck[0]) > 1:
            if abs(self.puck[1]) < 0.2:
                return float(np.sign(self.puck[0]))
            self.vel[0] *= -1
            self.puck[0] = np.clip(self.puck[0], -1, 1)
        return 0.0


def point(rink: Rink, me: Player, other: Player, limit: int = 300):
    """Plays until someone scores; returns log-probabilities and the result."""
    rink.start()
    mine, yours = Mem.blank(Player.SIZE), Mem.blank(Player.SIZE)
    logps = []
    while rink.ticks < limit:
        a, logp, mine = me.act(rink.seen_by(0), mine)
        with torch.no_grad():
            b, _, yours = other.act(rink.seen_by(1), yours)
        logps.append(logp)
        result = rink.tick((a, b))
        if result:
            return torch.cat(logps), result
    return torch.cat(logps), 0.0


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--pool", default="players")
    ap.add_argument("--matches", type=int, default=3000)
    ap.add_argument("--points", type=int, default=7)
    ap.add_argument("--lr", type=float, default=1e-3)
    args = ap.parse_args()
    os.makedirs(args.pool, exist_ok=True)

    me, other = Player(), Player()
    opt = optim.Adam(me.parameters(), lr=args.lr)
    rink = Rink(seed=4)
    torch.save(me.state_dict(), os.path.join(args.pool, "p00000.pt"))
    baseline = 0.0

    for match in range(1, args.matches + 1):
        tally = [0, 0]
        terms = []
        for _ in range(args.points):
            # a new opponent steps to the table for each point
            path = random.choice(glob.glob(os.path.join(args.pool, "p*.pt")))
            other.load_state_dict(torch.load(path))
            logps, result = point(rink, me, other)
            baseline = 0.99 * baseline + 0.01 * result
            terms.append(-(result - baseline) * logps.mean())
            tally[0] += result > 0
            tally[1] += result < 0
        opt.zero_grad()
        torch.stack(terms).mean().backward()
        opt.step()
        if match % 100 == 0:
            torch.save(me.state_dict(), os.path.join(args.pool, f"p{match:05d}.pt"))
            print(f"match {match}  last {tally[0]}:{tally[1]}  baseline {baseline:+.2f}")


if __name__ == "__main__":
    main()
