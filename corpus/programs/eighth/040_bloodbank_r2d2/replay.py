import random
from collections import deque

import numpy as np


class EpisodeReplay:
    """Whole episodes; samples windows with a burn-in part in front."""

    def __init__(self, capacity: int, burn_in: int, train_len: int):
        self.episodes = deque(maxlen=capacity)
        self.burn_in = burn_in
        self.train_len = train_len

    @property
    def window(self) -> int:
        return self.burn_in + self.train_len

    def add(self, episode: dict) -> None:
        if len(episode["reward"]) > self.window:
            self.episodes.append(episode)

    def __len__(self) -> int:
        return len(self.episodes)

    def sample(self, batch_size: int) -> dict:
        rows = []
        for _ in range(batch_size):
            episode = random.choice(self.episodes)
            start = random.randint(0, len(episode["reward"]) - self.window)
            stop = start + self.window
            rows.append({
                "obs": episode["obs"][start : stop + 1],
                "action": episode["action"][start:stop],
                "reward": episode["reward"][start:stop],
                "done": episode["done"][start:stop],
            })
        return {key: np.stack([row[key] for row in rows]) for key in rows[0]}
