import sys

import torch

from market import features, folds, load_prices
from trader import Desk, Trader, sharpe

EPOCHS, BATCHES, LANES, LENGTH, PATIENCE = 40, 20, 32, 64, 8


def batches(f, r):
    for _ in range(BATCHES):
        at = torch.randint(len(r) - LENGTH, (LANES,)).tolist()
        yield torch.stack([f[i:i + LENGTH] for i in at]), torch.stack([r[i:i + LENGTH] for i in at])


@torch.no_grad()
def backtest(net, f, r):
    return Desk(net).trade(f.unsqueeze(0), r.unsqueeze(0))[0]


def fit(net, f, r, vf, vr):
    opt = torch.optim.Adam(net.parameters(), lr=1e-3, weight_decay=1e-5)
    top, top_epoch, champion = float("-inf"), 0, None
    for epoch in range(EPOCHS):
        for bf, br in batches(f, r):
            loss = -sharpe(Desk(net, lanes=LANES).trade(bf, br))
            opt.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(net.parameters(), 1.0)
            opt.step()
        val = sharpe(backtest(net, vf, vr)).item()
        if val > top:
            top, top_epoch = val, epoch
            champion = net.state_dict()
        elif epoch - top_epoch >= PATIENCE:
            break
    if champion is not None:
        net.load_state_dict(champion)
    return top, top_epoch


def main(path=None):
    torch.manual_seed(0)
    f, r = features(load_prices(path))
    equity = []
    for k, (tr, va, te) in enumerate(folds(len(r), 3000, 500)):
        net = Trader()
        top, epoch = fit(net, f[tr], r[tr], f[va], r[va])
        pnl = backtest(net, f[te], r[te])
        equity.append(pnl)
        print(f"fold {k}: val sharpe {top:.3f} (epoch {epoch})  test sharpe {sharpe(pnl):.3f}")
    whole = torch.cat(equity)
    print(f"all folds: sharpe {sharpe(whole):.3f}, sum of log returns {whole.sum():.4f}")


if __name__ == "__main__":
    main(*sys.argv[1:2])
