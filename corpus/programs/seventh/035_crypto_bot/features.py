from collections import deque

import numpy as np


class FeatureBuilder:
    """Turns a stream of candles into the observation that the policy was trained on."""

    def __init__(self, window=30):
        self.closes = deque(maxlen=window)
        self.volumes = deque(maxlen=window)

    def update(self, candle):
        self.closes.append(candle["close"])
        self.volumes.append(candle["volume"])

    @property
    def ready(self):
        return len(self.closes) == self.closes.maxlen

    def observation(self, position):
        closes = np.array(self.closes)
        volumes = np.array(self.volumes)
        last_return = np.log(closes[-1] / closes[-2])
        momentum = np.log(closes[-1] / closes[0])
        volatility = np.std(np.diff(np.log(closes)))
        volume_ratio = volumes[-1] / (volumes.mean() + 1e-9)
        return np.array([100 * last_return, 10 * momentum, 100 * volatility, volume_ratio, position], dtype=np.float32)
