import csv

import torch

from book import QuoteBook
from quoter import Quoter

MARKETS = 32
ROLL = 40
UPDATES = 60_000
EVAL_EVERY = 500
DROP = 0.25


@torch.no_grad()
def backtest(net, markets=16, steps=2000, seed=4242):
    book = QuoteBook(markets, seed=seed)
    obs = book.open()
    h = torch.zeros(markets, net.size)
    c = torch.zeros(markets, net.size)
    total = 0.0
    for _ in range(steps):
        dist, _, h, c = net(torch.from_numpy(obs), h, c)
        obs, pnl, closed = book.step(dist.probs.argmax(-1).numpy())
        live = torch.from_numpy(~closed).float().unsqueeze(1)
        h, c = h * live, c * live
        total += pnl.mean()
    return total / steps


def main():
    torch.manual_seed(5)
    book = QuoteBook(MARKETS, seed=5)
    quoter = Quoter(MARKETS)
    obs = book.open()
    best = float("-inf")
    strikes = 0
    with open("market_maker.csv", "w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["update", "loss", "train", "backtest", "best", "rollbacks"])
        rollbacks = 0
        for update in range(1, UPDATES + 1):
            logps, values, entropies, rewards, ends = [], [], [], [], []
            for _ in range(ROLL):
                a, logp, v, ent = quoter.quote(obs)
                obs, r, closed = book.step(a)
                quoter.session_over(closed)
                logps.append(logp)
                values.append(v)
                entropies.append(ent)
                rewards.append(r)
                ends.append(closed)
            loss = quoter.improve(logps, values, entropies, rewards, ends, quoter.look_ahead(obs))
            if update % EVAL_EVERY:
                continue
            score = backtest(quoter.net)
            if score > best:
                best, strikes = score, 0
                quoter.keep()
                torch.save(quoter.net.state_dict(), "market_maker_best.pt")
            elif score < best - DROP * abs(best):
                strikes += 1
                if strikes >= 3:
                    quoter.go_back()
                    rollbacks += 1
                    strikes = 0
            out.writerow([update, f"{loss:.4f}", f"{sum(r.mean() for r in rewards) / ROLL:.4f}", f"{score:.4f}", f"{best:.4f}", rollbacks])
            f.flush()


if __name__ == "__main__":
    main()
