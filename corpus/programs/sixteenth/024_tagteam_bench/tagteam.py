import argparse
import itertools
import random
from dataclasses import dataclass
from pathlib import Path
from typing import List, Optional

import torch
import torch.nn as nn

MOVES = ["jab", "kick", "block", "duck", "tag"]


class FighterNet(nn.Module):
    def __init__(self, n_obs=12, size=80):
        super().__init__()
        self.size = size
        self.mix = nn.Sequential(nn.Linear(n_obs, size), nn.LeakyReLU())
        self.core = nn.LSTMCell(size, size)
        self.out = nn.Linear(size, len(MOVES))

    def forward(self, x, hc):
        hc = self.core(self.mix(x), hc)
        return self.out(hc[0]), hc


@dataclass
class Fighter:
    name: str
    net: FighterNet
    hp: float = 100.0
    hc: Optional[tuple] = None

    @classmethod
    def from_file(cls, path: Path):
        net = FighterNet()
        net.load_state_dict(torch.load(path, map_location="cpu"))
        return cls(path.stem, net.eval())

    def ready(self):
        self.hp = 100.0
        self.hc = (torch.zeros(1, self.net.size), torch.zeros(1, self.net.size))

    @torch.no_grad()
    def choose(self, obs):
        logits, self.hc = self.net(obs, self.hc)
        return MOVES[torch.distributions.Categorical(logits=logits[0]).sample().item()]


class Team:
    def __init__(self, name: str, fighters: List[Fighter]):
        self.name = name
        self.fighters = fighters
        self.active = 0

    def ready(self):
        self.active = 0
        for f in self.fighters:
            f.ready()

    @property
    def front(self):
        return self.fighters[self.active]

    def tag(self):
        alive = [i for i, f in enumerate(self.fighters) if f.hp > 0 and i != self.active]
        if alive:
            self.active = random.choice(alive)

    def beaten(self):
        return all(f.hp <= 0 for f in self.fighters)


def observe(me: Team, other: Team, last_me, last_other):
    x = torch.zeros(1, 12)
    x[0, 0], x[0, 1] = me.front.hp / 100, other.front.hp / 100
    if last_me is not None:
        x[0, 2 + MOVES.index(last_me)] = 1.0
    if last_other is not None:
        x[0, 7 + MOVES.index(last_other)] = 1.0
    return x


def hit(move, answer):
    if move == "jab":
        return 0.0 if answer == "block" else 6.0
    if move == "kick":
        return 0.0 if answer == "duck" else 9.0
    return 0.0


def bout(a: Team, b: Team, max_rounds=400):
    a.ready()
    b.ready()
    last_a = last_b = None
    for _ in range(max_rounds):
        move_a = a.front.choose(observe(a, b, last_a, last_b))
        move_b = b.front.choose(observe(b, a, last_b, last_a))
        b.front.hp -= hit(move_a, move_b)
        a.front.hp -= hit(move_b, move_a)
        for team, move in ((a, move_a), (b, move_b)):
            if move == "tag" or team.front.hp <= 0:
                team.tag()
        last_a, last_b = move_a, move_b
        if a.beaten() or b.beaten():
            break
    left_a, left_b = (sum(max(0.0, f.hp) for f in t.fighters) for t in (a, b))
    return 0.5 if left_a == left_b else float(left_a > left_b)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("runs", nargs="+", type=Path, help="one folder of checkpoints per team")
    ap.add_argument("--size", type=int, default=3)
    ap.add_argument("--bouts", type=int, default=50)
    args = ap.parse_args()
    teams = []
    for run in args.runs:
        files = sorted(run.glob("*.pt"))[-args.size:]
        teams.append(Team(run.name, [Fighter.from_file(f) for f in files]))
    points = {t.name: 0.0 for t in teams}
    for a, b in itertools.combinations(teams, 2):
        for _ in range(args.bouts):
            res = bout(a, b)
            points[a.name] += res
            points[b.name] += 1 - res
    for name, pts in sorted(points.items(), key=lambda kv: -kv[1]):
        print(f"{name:<20} {pts:.1f}")


if __name__ == "__main__":
    main()
