import argparse
import os

import torch

from dice import play_hand
from player import Player

HANDS = 25


def main():
    ap = argparse.ArgumentParser()
    ap.add_argument("name")
    ap.add_argument("--matches", type=int, default=4000)
    ap.add_argument("--lr", type=float, default=1e-3)
    ap.add_argument("--seed", type=int, default=0)
    args = ap.parse_args()
    torch.manual_seed(args.seed)
    os.makedirs("cup", exist_ok=True)

    a, b = Player(), Player()
    opts = [torch.optim.Adam(p.parameters(), args.lr) for p in (a, b)]
    base = 0.0
    for m in range(args.matches):
        a.begin_match()
        b.begin_match()
        tally = 0
        for hand in range(HANDS):
            opener = hand % 2
            pair = (a, b) if opener == 0 else (b, a)
            result, logs = play_hand(*pair)
            a_won = result if opener == 0 else -result
            tally += a_won
            for who, (player_logs, sign) in enumerate(zip(logs, (1, -1))):
                if not player_logs:
                    continue
                idx = who if opener == 0 else 1 - who
                loss = -(sign * result - (base if idx == 0 else -base)) * torch.stack(player_logs).sum()
                opts[idx].zero_grad()
                loss.backward()
                opts[idx].step()
            base = 0.999 * base + 0.001 * a_won
        if m % 500 == 499:
            torch.save(a.state_dict(), f"cup/{args.name}_{m + 1}.pt")
            print(f"{args.name} match {m + 1} tally {tally:+d} base {base:+.3f}")


if __name__ == "__main__":
    main()
