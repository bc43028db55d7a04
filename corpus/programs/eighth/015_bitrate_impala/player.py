import numpy as np

BITRATES = np.array([0.3, 0.75, 1.2, 1.85, 2.85, 4.3])  # Mbit/s
CHUNK_SECONDS = 4.0


class StreamingSession:
    """A viewer of a 48-chunk video over a Markov-modulated link."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.buffer = 0.0
        self.chunk = 0
        self.last = 0
        self.good = self.rng.random() < 0.5
        self.throughput = 1.0
        return self._obs()

    def _obs(self):
        return np.array(
            [self.buffer / 30, self.throughput / 5, self.last / 5, self.chunk / 48], dtype=np.float32
        )

    def step(self, level):
        if self.rng.random() < 0.1:
            self.good = not self.good
        mean = 3.5 if self.good else 0.8
        self.throughput = max(0.1, self.rng.normal(mean, 0.3 * mean))
        download = BITRATES[level] * CHUNK_SECONDS / self.throughput
        stall = max(0.0, download - self.buffer)
        self.buffer = max(0.0, self.buffer - download) + CHUNK_SECONDS
        self.buffer = min(self.buffer, 30.0)
        reward = BITRATES[level] - 4.3 * stall - abs(BITRATES[level] - BITRATES[self.last])
        self.last = level
        self.chunk += 1
        return self._obs(), float(reward), self.chunk >= 48
