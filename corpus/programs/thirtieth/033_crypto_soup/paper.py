import argparse
import logging

from desk import Desk, Trader, soup
from feed import bars

log = logging.getLogger("paper")


def run(args):
    desk = Desk(Trader().eval())
    flat = soup(args.snapshots, args.count)
    if flat is None:
        raise SystemExit("no snapshots in " + args.snapshots)
    desk.install(flat)

    for n, (close, x) in enumerate(bars(args.symbol), start=1):
        side = desk.on_bar(close, x)
        log.info("%s close %.2f side %+d equity %.5f", args.symbol, close, side, desk.equity)
        if n % args.refresh == 0:
            flat = soup(args.snapshots, args.count)
            desk.install(flat)
            log.info("new average of the last %d snapshots", args.count)


if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--symbol", default="BTCUSDT")
    p.add_argument("--snapshots", default="snapshots")
    p.add_argument("--count", type=int, default=5)
    p.add_argument("--refresh", type=int, default=240, help="bars between two averages")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(message)s")
    run(p.parse_args())
