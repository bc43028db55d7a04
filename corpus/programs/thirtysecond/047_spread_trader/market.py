import numpy as np
import pandas as pd
import torch


def load_prices(path=None, n=12000, seed=0):
    if path:
        px = pd.read_csv(path, parse_dates=["ts"], index_col="ts")["close"].to_numpy()
    else:
        rng = np.random.default_rng(seed)
        vol, x, out = 0.01, 0.0, []
        for _ in range(n):
            vol = 0.95 * vol + 0.05 * abs(rng.normal(0, 0.01))
            x += rng.normal(-0.02 * x, vol)
            out.append(100 * np.exp(x))
        px = np.array(out)
    return px


def features(px):
    r = np.diff(np.log(px))
    vol = pd.Series(r).ewm(span=30).std().bfill().to_numpy() + 1e-6
    f = np.stack([r / vol, np.log(vol / vol.mean())], -1)
    return torch.tensor(f[:-1], dtype=torch.float32), torch.tensor(r[1:], dtype=torch.float32)


def folds(n, train, test):
    start = 0
    while start + train + test <= n:
        cut = int(start + 0.8 * train)
        yield slice(start, cut), slice(cut, start + train), slice(start + train, start + train + test)
        start += test
