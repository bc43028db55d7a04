import argparse
import csv
import logging
from pathlib import Path

import numpy as np

from desk.broker import PaperBroker
from desk.engine import Engine
from desk.feed import BarFeed, synthetic_prices


def load_prices(path):
    if path is None:
        return synthetic_prices()
    with open(path, newline="") as fh:
        return np.array([float(row["close"]) for row in csv.DictReader(fh)])


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--models", default="models")
    ap.add_argument("--prices", default=None)
    ap.add_argument("--pause", type=float, default=0.0)
    ap.add_argument("--report", type=Path, default=Path("equity.csv"))
    args = ap.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")

    broker = PaperBroker()
    engine = Engine(args.models, broker)
    with args.report.open("w", newline="") as fh:
        writer = csv.writer(fh)
        writer.writerow(["bar", "price", "position", "equity", "model"])
        for when, chunk in BarFeed(load_prices(args.prices), pause=args.pause):
            position = engine.on_bar(when, chunk)
            writer.writerow([when, chunk[-1], position, broker.equity, engine.model_path.name])
            if when % 500 == 0:
                logging.info("bar %d equity %.4f fills %d", when, broker.equity, len(broker.fills))
    print(f"final equity {broker.equity:.4f} after {len(broker.fills)} fills")


if __name__ == "__main__":
    main()
