import argparse
import logging
from pathlib import Path

from dispatcher import Dispatcher
from feed import GridFeed

REGIONS = ["north", "lake", "harbour", "mine", "south"]


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--releases", type=Path, default=Path("releases"))
    ap.add_argument("--check-every", type=int, default=900)
    ap.add_argument("--ticks", type=int, default=86_400)
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO)

    feed = GridFeed(REGIONS)
    desk = Dispatcher(REGIONS, n_obs=4, n_act=2)
    known = set()
    for tick, readings in zip(range(args.ticks), feed):
        if tick % args.check_every == 0:
            new = sorted(set(args.releases.glob("*.pt")) - known)
            if new:
                known.update(new)
                desk.adopt(new[-1])
        ev = feed.events()
        if ev:
            getattr(desk, ev[0])(ev[1])
        feed.act(desk.command(readings))


if __name__ == "__main__":
    main()
