import argparse
import random

import torch

from energy.agents import Bidder
from energy.forecasting import refit
from energy.market import Market


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("--markets", type=int, default=64)
    ap.add_argument("--updates", type=int, default=5000)
    ap.add_argument("--ticks", type=int, default=32)
    ap.add_argument("--swap-every", type=int, default=7)
    args = ap.parse_args()
    market = Market(args.markets, seed=0)
    learner, rival = Bidder(market.n_private), Bidder(market.n_private)
    rival.become(learner.snapshot())
    league = [learner.snapshot()]
    for update in range(args.updates):
        logps, values, rewards = [], [], []
        for _ in range(args.ticks):
            mine, theirs = market.private()
            public = market.prices[:, -1].mean()
            a, lp, v = learner.bid(mine, public, market.prices[:, -48:])
            with torch.no_grad():
                b, _, _ = rival.bid(theirs, public, market.prices[:, -48:])
            r, _ = market.clear([a, b])
            logps.append(lp)
            values.append(v)
            rewards.append(r)
        score = learner.learn(logps, values, rewards)
        if update % 25 == 0:
            err = refit(learner.forecaster, market.prices)
            league.append(learner.snapshot())
            league = league[-50:]
            print(update, f"price {learner.state:.1f} profit {score:.3f} forecast error {err:.2f}")
        if update % args.swap_every == 0:
            rival.become(random.choice(league))


if __name__ == "__main__":
    main()
