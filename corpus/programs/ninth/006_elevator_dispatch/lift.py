import numpy as np


class Lift:
    """One cabin, calls arrive at random floors. Runs for ever, a step is one floor move or a stop."""

    def __init__(self, floors=10, rate=0.15, seed=0):
        self.floors = floors
        self.rate = rate
        self.rng = np.random.default_rng(seed)
        self.floor = 0
        self.calls = np.zeros(floors)
        self.wait = np.zeros(floors)
        self.load = []

    def obs(self):
        at = np.zeros(self.floors)
        at[self.floor] = 1
        inside = np.zeros(self.floors)
        inside[self.load] = 1
        return np.concatenate([at, self.calls, inside]).astype(np.float32)

    def step(self, action):
        reward = 0.0
        if action == 0:
            self.floor = max(0, self.floor - 1)
        elif action == 1:
            self.floor = min(self.floors - 1, self.floor + 1)
        else:
            reward += sum(1 for f in self.load if f == self.floor)
            self.load = [f for f in self.load if f != self.floor]
            if self.calls[self.floor] and len(self.load) < 6:
                self.load.append(int(self.rng.integers(self.floors)))
                self.calls[self.floor] = 0
                self.wait[self.floor] = 0
        if self.rng.random() < self.rate:
            self.calls[self.rng.integers(self.floors)] = 1
        self.wait += self.calls
        reward -= 0.002 * float(self.wait.sum()) + 0.01 * len(self.load)
        return self.obs(), reward
