import argparse

import numpy as np
from sb3_contrib import RecurrentPPO

from league.grid import Tag
from league.opponent import Opponent


def draw(env):
    grid = [["." for _ in range(env.size)] for _ in range(env.size)]
    for name, (r, c) in zip("CR", env.p):
        grid[r][c] = name
    return "\n".join(" ".join(row) for row in grid)


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--model", default="tag")
    ap.add_argument("--games", type=int, default=10)
    ap.add_argument("--quiet", action="store_true")
    args = ap.parse_args()
    model = RecurrentPPO.load(args.model, device="cpu")
    env = Tag()
    env.opponent = Opponent(model.policy)
    lengths = []
    for game in range(args.games):
        obs, _ = env.reset(seed=game)
        memory, begin, over = None, np.array([True]), False
        while not over:
            a, memory = model.predict(obs, state=memory, episode_start=begin, deterministic=True)
            obs, _, term, trunc, _ = env.step(int(a))
            over = term or trunc
            begin = np.array([over])
            if not args.quiet:
                print(draw(env), "\n")
        lengths.append(env.t)
    print("mean length", np.mean(lengths))


if __name__ == "__main__":
    main()
