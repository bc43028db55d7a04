import sys

import numpy as np
import torch

from forecaster import Ensemble

PAST, AHEAD, CAP, POWER = 96, 48, 13.5, 5.0


def samples(load, weather, lo, hi, size=64):
    starts = np.arange(lo + PAST, hi - AHEAD)
    np.random.shuffle(starts)
    full = torch.cat([load[:, None], weather], 1)
    out = []
    for i in range(0, len(starts), size):
        idx = starts[i:i + size]
        out.append((
            torch.stack([full[s - PAST:s] for s in idx]),
            torch.stack([weather[s:s + AHEAD] for s in idx]),
            torch.stack([load[s:s + AHEAD] for s in idx]),
        ))
    return out


def plan(mean, std, price, charge):
    """Greedy: charge in the cheapest half hours, discharge in the dearest where load is expected."""
    n = len(price)
    order = np.argsort(price)
    cheap, dear = set(order[:n // 4]), set(order[-n // 4:])
    if 0 in cheap:
        return min(POWER / 2, CAP - charge)
    if 0 in dear:
        return -min(POWER / 2, charge, max(0.0, float(mean[0] + 0.5 * std[0])))
    return 0.0


def main(path):
    d = np.load(path)
    load = torch.tensor(d["load"], dtype=torch.float32)
    weather = torch.tensor(d["weather"], dtype=torch.float32)
    price = d["price"]
    models, charge, cost, base = Ensemble(), 0.0, 0.0, 0.0
    first = 28 * 48
    for t in range(first, len(load) - AHEAD):
        if (t - first) % (7 * 48) == 0:
            models.refit(samples(load, weather, t - first, t - 4 * 48), samples(load, weather, t - 7 * 48, t))
        full = torch.cat([load[t - PAST:t, None], weather[t - PAST:t]], 1)
        mean, std = models.forecast(full, weather[t:t + AHEAD])
        flow = plan(mean, std, price[t:t + AHEAD], charge)
        charge += flow
        cost += max(0.0, float(load[t]) + flow) * price[t]
        base += float(load[t]) * price[t]
        if t % (48 * 30) == 0:
            print(f"day {t // 48}: saved {base - cost:.2f} of {base:.2f}")


if __name__ == "__main__":
    main(sys.argv[1])
