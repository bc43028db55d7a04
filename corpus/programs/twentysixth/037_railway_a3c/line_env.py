import numpy as np


class SingleTrackLine:
    """Trains meet on a single track with sidings; the dispatcher holds or releases."""

    def __init__(self, stations=6, trains=4, seed=None):
        self.stations, self.trains = stations, trains
        self.rng = np.random.default_rng(seed)
        self.n_obs = 3 * trains
        self.n_act = trains + 1

    def reset(self):
        self.where = self.rng.choice(self.stations, self.trains, replace=False)
        self.heading = self.rng.choice([-1, 1], self.trains)
        self.late = np.zeros(self.trains)
        self.tick = 0
        return self._obs()

    def _obs(self):
        return np.concatenate([self.where / self.stations, self.heading, self.late / 10]).astype(np.float32)

    def step(self, released):
        self.tick += 1
        self.late += 0.1
        reward = -0.02 * self.late.sum()
        if released < self.trains:
            nxt = self.where[released] + self.heading[released]
            if nxt < 0 or nxt >= self.stations:
                self.heading[released] *= -1
                self.late[released] = 0
                reward += 1.0
            elif nxt in self.where:
                reward -= 1.0
            else:
                self.where[released] = nxt
        return self._obs(), float(reward), self.tick >= 300
