"""Plays the final model against every stored self and prints the win rates."""
import argparse
import glob

import numpy as np
from sb3_contrib import RecurrentPPO

from gym_rps.game import RepeatedRPS


class Seat:
    def __init__(self, path):
        self.model = RecurrentPPO.load(path, device="cpu")
        self.new_game()

    def new_game(self, rng=None):
        self.state = None
        self.first = True

    def move(self, obs):
        a, self.state = self.model.predict(obs, state=self.state, episode_start=np.array([self.first]))
        self.first = False
        return int(a)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("final")
    ap.add_argument("folder")
    ap.add_argument("--games", type=int, default=50)
    ap.add_argument("--rounds", type=int, default=60)
    args = ap.parse_args()
    hero = Seat(args.final)
    for path in sorted(glob.glob(f"{args.folder}/*.zip")):
        env = RepeatedRPS(rival=Seat(path))
        score = 0.0
        for game in range(args.games):
            obs, _ = env.reset(seed=game)
            hero.new_game()
            for _ in range(args.rounds):
                obs, r, *_ = env.step(hero.move(obs))
                score += r
        print(f"{path}: {score / (args.games * args.rounds):+.3f}")


if __name__ == "__main__":
    main()
