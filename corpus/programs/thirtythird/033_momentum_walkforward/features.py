import numpy as np
import pandas as pd


def load_prices(path):
    px = pd.read_csv(path, index_col=0, parse_dates=True)
    return px.ffill().dropna()


def make_panel(px):
    ret = np.log(px).diff()
    vol = ret.ewm(halflife=20).std()
    z = pd.concat(
        {
            "r1": ret / vol,
            "r5": ret.rolling(5).sum() / (vol * 5 ** 0.5),
            "r21": ret.rolling(21).sum() / (vol * 21 ** 0.5),
            "r63": ret.rolling(63).sum() / (vol * 63 ** 0.5),
        },
        axis=1,
    ).clip(-4, 4)
    target = (ret / vol).shift(-1)
    ok = z.notna().all(axis=1) & target.notna().all(axis=1)
    return z[ok], target[ok]


def cube(z, assets):
    """dates x features -> assets x dates x features"""
    cols = ["r1", "r5", "r21", "r63"]
    return np.stack([z.xs(a, axis=1, level=1)[cols].to_numpy(np.float32) for a in assets])


def walk_forward(index, train="1095D", test="90D"):
    start = index[0] + pd.Timedelta(train)
    while start < index[-1]:
        stop = start + pd.Timedelta(test)
        yield index[(index >= start - pd.Timedelta(train)) & (index < start)], index[(index >= start) & (index < stop)]
        start = stop
