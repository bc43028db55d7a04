import argparse
import pickle

import ray

from league import League
from player import Player


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--players", type=int, default=4)
    ap.add_argument("--tables", type=int, default=8)
    ap.add_argument("--rounds", type=int, default=2000)
    ap.add_argument("--unrolls", type=int, default=5)
    ap.add_argument("--publish-every", type=int, default=20)
    args = ap.parse_args()
    ray.init()
    league = League.remote()
    players = [Player.remote(i, args.tables) for i in range(args.players)]
    for i, p in enumerate(players):
        ray.get(league.publish.remote("p%d-0" % i, ray.get(p.weights.remote())))
    for rnd in range(1, args.rounds + 1):
        for p in players:
            ray.get(p.meet.remote(ray.get(league.matchmake.remote(args.tables))))
        for outcomes in ray.get([p.train.remote(args.unrolls) for p in players]):
            for name, r in outcomes:
                league.report.remote(name, int(r < 0), int(r > 0))
        if rnd % args.publish_every == 0:
            for i, p in enumerate(players):
                league.publish.remote("p%d-%d" % (i, rnd), ray.get(p.weights.remote()))
            print(rnd, len(ray.get(league.table.remote())))
    with open("hockey_players.pkl", "wb") as fh:
        pickle.dump([ray.get(p.weights.remote()) for p in players], fh)


if __name__ == "__main__":
    main()
