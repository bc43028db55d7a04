import sys

from brains import load_tiers
from scene import Arena

DT = 1.0 / 30.0


def main():
    arena = Arena(load_tiers(sys.argv[1]))
    while arena.rounds < 50:
        arena.update(DT)
    print(f"player won {arena.wins} of {arena.rounds}")


if __name__ == "__main__":
    main()
