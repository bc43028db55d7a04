"""Doubles evaluation: our player with changing partners against changing pairs."""
import argparse
import collections
import itertools
import pathlib
import random

from agents import BaselineAgent, RecurrentAgent
from doubles_env import DoublesMatch, OBS_DIM


class Lineup:
    """us = [player, partner], them = [left, right]"""

    def __init__(self, player, pool):
        self.pool = pool
        self.player = RecurrentAgent(OBS_DIM, greedy=True)
        self.player.load(player)
        self.partner = RecurrentAgent(OBS_DIM)
        self.partner.load(random.choice(pool))
        self.left = RecurrentAgent(OBS_DIM)
        self.right = RecurrentAgent(OBS_DIM)
        self.draw_opponents()

    @property
    def all(self):
        return [self.player, self.partner, self.left, self.right]

    def draw_opponents(self):
        for agent, path in zip((self.left, self.right), random.sample(self.pool, 2)):
            agent.load(path)
            agent.reset()

    def substitute_partner(self):
        """Injury break: somebody else comes on."""
        others = [p for p in self.pool if p != self.partner.path]
        self.partner.load(random.choice(others))


def play_match(line, env, injury_rate, retire_rate):
    obs = env.reset()
    for a in line.all:
        a.reset()
    subs, done = 0, False
    while not done:
        actions = [a.act(o) for a, o in zip(line.all, obs)]
        obs, point, done = env.step(actions)
        if point and not done:
            # between two points the line-up may change, the score stays
            if random.random() < injury_rate:
                line.substitute_partner()
                subs += 1
            if random.random() < retire_rate:
                line.draw_opponents()
    return env.winner, subs


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("player", type=pathlib.Path)
    ap.add_argument("pool", type=pathlib.Path)
    ap.add_argument("-n", "--matches", type=int, default=100)
    ap.add_argument("--injuries", type=float, default=0.01)
    ap.add_argument("--retire", type=float, default=0.005)
    ap.add_argument("--vs-baseline", action="store_true")
    args = ap.parse_args()

    pool = sorted(args.pool.glob("*.pt"))
    line = Lineup(args.player, pool)
    if args.vs_baseline:
        line.left = BaselineAgent()
        line.right = BaselineAgent()
        args.retire = 0.0
    wins = collections.Counter()
    changes = 0
    for i in itertools.islice(itertools.count(), args.matches):
        winner, subs = play_match(line, DoublesMatch(seed=i), args.injuries, args.retire)
        wins[winner] += 1
        changes += subs
        if not args.vs_baseline:
            line.draw_opponents()
    print(f"won {wins['us']} of {args.matches}, {changes} substitutions")


if __name__ == "__main__":
    main()
