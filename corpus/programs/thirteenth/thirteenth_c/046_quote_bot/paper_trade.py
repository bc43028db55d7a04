from __future__ import annotations

import argparse
import glob
from dataclasses import dataclass

import numpy as np
import torch

from market import Account, replay_day
from nets import QuoteNet


@dataclass(frozen=True)
class Settings:
    tick: float = 0.01
    limit: int = 20
    n_features: int = 42


def trade_day(net: QuoteNet, path: str, s: Settings) -> tuple[float, int, float]:
    account = Account()
    hx: torch.Tensor | None = None
    curve: list[float] = []
    mid = 0.0
    with torch.inference_mode():
        for book in replay_day(path):
            mid = book.mid
            x = torch.from_numpy(np.append(book.features, np.float32(account.inventory / s.limit)))
            bid_logits, ask_logits, hx = net(x.view(1, 1, -1), hx)
            bid = mid - s.tick * (1 + int(bid_logits.argmax()))
            ask = mid + s.tick * (1 + int(ask_logits.argmax()))
            account.match(book, bid, ask, s.limit)
            curve.append(account.value(mid))
    drawdown = float(np.max(np.maximum.accumulate(curve) - curve)) if curve else 0.0
    return account.value(mid), account.fills, drawdown


def main() -> None:
    ap = argparse.ArgumentParser()
    ap.add_argument("checkpoint")
    ap.add_argument("days", help="glob of day files")
    ap.add_argument("--limit", type=int, default=20)
    args = ap.parse_args()

    s = Settings(limit=args.limit)
    net = QuoteNet(s.n_features + 1)
    net.load_state_dict(torch.load(args.checkpoint, map_location="cpu", weights_only=True))
    net.eval()

    total = 0.0
    for path in sorted(glob.glob(args.days)):
        pnl, fills, dd = trade_day(net, path, s)
        total += pnl
        print(f"{path}  pnl {pnl:9.2f}  fills {fills:6d}  max drawdown {dd:8.2f}")
    print(f"total {total:.2f}")


if __name__ == "__main__":
    main()
