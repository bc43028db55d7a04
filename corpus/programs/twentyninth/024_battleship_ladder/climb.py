import argparse
import random

import torch

from ladder import Gunner, GunnerNet, Ladder, into
from sea import duel


def expected(a: float, b: float) -> float:
    return 1.0 / (1.0 + 10 ** ((b - a) / 400))


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("--db", default="ladder.sqlite")
    ap.add_argument("--duels", type=int, default=100_000)
    ap.add_argument("--batch", type=int, default=24)
    ap.add_argument("--add-every", type=int, default=2000)
    args = ap.parse_args()

    rnd = random.Random()
    ladder = Ladder(args.db)
    net, other = GunnerNet(), GunnerNet()
    opt = torch.optim.Adam(net.parameters(), lr=5e-4)
    elo, mean, batch = 1000.0, 0.0, []
    ladder.add(net, 0, elo)

    for d in range(1, args.duels + 1):
        ident, their_elo, blob = ladder.near(elo)
        me, them = Gunner(net, keep=True), Gunner(into(other, blob))
        me_first = d % 2 == 0
        winner, turns = duel([me, them] if me_first else [them, me], rnd)
        score = 0.5 if winner is None else float((winner == 0) == me_first)
        want = expected(elo, their_elo)
        elo += 8 * (score - want)
        ladder.rate(ident, their_elo - 8 * (score - want))

        gain = score - 0.002 * turns
        batch.append(-(gain - mean) * torch.stack(me.logps).mean())
        mean += 0.005 * (gain - mean)
        if len(batch) == args.batch:
            opt.zero_grad()
            torch.stack(batch).mean().backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
            batch.clear()
        if d % args.add_every == 0:
            ladder.add(net, d, elo)
            print(f"{d} elo {elo:.0f} turns {turns}")


if __name__ == "__main__":
    main()
