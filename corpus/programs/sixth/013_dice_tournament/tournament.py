"""Round robin between saved agents: python tournament.py a.pt b.pt c.pt"""
import itertools
import sys

import numpy as np
import torch

from drqn import Agent
from liars_dice import LiarsDice


def seat(path):
    ag = Agent(69, LiarsDice.n_actions)
    ag.q.load_state_dict(torch.load(path, map_location="cpu"))
    ag.q.eval()
    return ag


def match(pair, games, rng):
    wins = [0, 0]
    env = LiarsDice(rng)
    for _ in range(games):
        env.new_game()
        over = False
        while not over:
            who = env.turn
            a = pair[who].choose(env.view(who), env.legal())[0]
            r, over = env.play(a)
        wins[who if r > 0 else 1 - who] += 1
    return wins


def main(paths, games=400):
    rng = np.random.default_rng(0)
    agents = {p: seat(p) for p in paths}
    table = dict.fromkeys(paths, 0)
    for p, q in itertools.combinations(paths, 2):
        w = match((agents[p], agents[q]), games, rng)
        table[p] += w[0]
        table[q] += w[1]
        print(f"{p:>20} {w[0]:4d} : {w[1]:<4d} {q}")
    for p, w in sorted(table.items(), key=lambda kv: -kv[1]):
        print(f"{w:6d} {p}")


if __name__ == "__main__":
    main(sys.argv[1:])
