import random

import torch


class ClockGame:
    """Both sides bid seconds of their own clock for each lot; the higher bid takes it."""

    BIDS = (0, 2, 5, 10, 20, 40)

    def __init__(self, lots=40, seconds=300, seed=0):
        self.n_lots = lots
        self.seconds = seconds
        self.rng = random.Random(seed)

    def reset(self):
        self.clock = {"white": self.seconds, "black": self.seconds}
        self.points = {"white": 0, "black": 0}
        self.left = self.n_lots
        self.value = self.rng.randint(1, 9)
        return self._obs()

    def _obs(self):
        out = {}
        for me, you in (("white", "black"), ("black", "white")):
            out[me] = torch.tensor([[
                self.clock[me] / self.seconds,
                self.clock[you] / self.seconds,
                (self.points[me] - self.points[you]) / 20,
                self.left / self.n_lots,
                self.value / 9,
            ]])
        return out

    def step(self, bids):
        secs = {t: min(self.BIDS[b], self.clock[t]) for t, b in bids.items()}
        reward = 0.0
        if secs["white"] != secs["black"]:
            winner = max(secs, key=secs.get)
            self.points[winner] += self.value
            self.clock[winner] -= secs[winner]
            reward = self.value / 9 if winner == "white" else -self.value / 9
        self.left -= 1
        self.value = self.rng.randint(1, 9)
        done = self.left == 0 or min(self.clock.values()) <= 0
        return self._obs(), reward, done
