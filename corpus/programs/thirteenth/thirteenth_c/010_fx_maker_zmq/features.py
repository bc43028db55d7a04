from collections import deque

import numpy as np


class QuoteFeatures:
    def __init__(self, window: int = 50):
        self.mids: deque[float] = deque(maxlen=window)

    def update(self, bid: float, ask: float, inventory: float) -> np.ndarray:
        mid = 0.5 * (bid + ask)
        self.mids.append(mid)
        arr = np.asarray(self.mids)
        vol = arr.std() if len(arr) > 2 else 0.0
        drift = (mid - arr.mean()) / (vol + 1e-9)
        return np.array([(ask - bid) / mid * 1e4, drift, vol / mid * 1e4, inventory], dtype=np.float32)
