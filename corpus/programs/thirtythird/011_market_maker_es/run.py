"""Evolves the quoting net on the running stream; every candidate quotes for a while."""
import argparse
import csv
import time

import torch

from es import Strategy
from feed import Book, ticks
from maker import MakerNet, as_vector, install


def quote_for(net, book, stream, n_ticks):
    pnl = 0.0
    with torch.no_grad():
        for _ in range(n_ticks):
            feats, mid, flow = next(stream)
            bid, ask = net(torch.from_numpy(feats), torch.tensor(book.inventory / book.limit)).tolist()
            pnl += book.quote(bid, ask, mid, flow)
    return pnl


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--generations", type=int, default=500)
    ap.add_argument("--ticks", type=int, default=300)
    ap.add_argument("--seed", type=int, default=17)
    ap.add_argument("--log", default="maker.csv")
    args = ap.parse_args()
    torch.manual_seed(args.seed)

    net = MakerNet()
    strategy = Strategy(as_vector(net))
    stream, book = ticks(args.seed), Book()
    started = time.time()
    with open(args.log, "w", newline="") as fh:
        out = csv.writer(fh)
        out.writerow(["generation", "mean", "best", "inventory", "seconds"])
        for gen in range(args.generations):
            scores = []
            for candidate in strategy.ask():
                install(net, candidate)
                scores.append(quote_for(net, book, stream, args.ticks))
            strategy.tell(scores)
            out.writerow([gen, sum(scores) / len(scores), max(scores), book.inventory, round(time.time() - started)])
            if gen % 25 == 0:
                torch.save({"mean": strategy.mean, "generation": gen}, "maker_mean.pt")
    torch.save({"mean": strategy.mean, "generation": args.generations}, "maker_mean.pt")


if __name__ == "__main__":
    main()
