import numpy as np
import torch


def make_record(rng, length=200):
    drift = np.cumsum(rng.normal(0, 0.02, (length, 4)), axis=0)
    x = drift + rng.normal(0, 0.1, (length, 4))
    y = np.zeros(length)
    if rng.random() < 0.6:
        start = rng.integers(20, length - 40)
        ramp = np.clip((np.arange(length) - start) / 30, 0, 1)
        x += ramp[:, None] * rng.uniform(0.2, 0.8, 4)
        y[start + 5:] = 1
    return torch.tensor(x, dtype=torch.float32), torch.tensor(y, dtype=torch.float32)


def dataset(n, seed):
    rng = np.random.default_rng(seed)
    return [make_record(rng) for _ in range(n)]
