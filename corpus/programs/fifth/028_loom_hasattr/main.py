import sys
from pathlib import Path

from loom.swarm import Swarm


def main(argv):
    rounds = int(argv[1]) if len(argv) > 1 else 50
    swarm = Swarm(Path("swarm"), [1e-4, 3e-4, 1e-3])
    for r in range(rounds):
        scores = swarm.train(20_480)
        print(r, ["%.1f" % s for s in scores])
        swarm.follow_leader(scores)


if __name__ == "__main__":
    main(sys.argv)
