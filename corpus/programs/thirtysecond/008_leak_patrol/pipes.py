import numpy as np


class PipeGrid:
    """A leak sits somewhere on a ring of valves. Closing a valve changes the night flow a little."""

    def __init__(self, seed=0, valves=12):
        self.rng = np.random.RandomState(seed)
        self.valves = valves

    def new_night(self):
        self.leak = self.rng.randint(self.valves)
        self.closed = np.zeros(self.valves)
        self.t = 0
        return self.flow()

    def flow(self):
        near = self.closed[self.leak] * 0.5
        return np.r_[1.0 - near + self.rng.normal(0, 0.1), self.closed].astype(np.float32)

    def act(self, a):
        self.t += 1
        if a >= self.valves:
            return self.flow(), 1.0 if a - self.valves == self.leak else -1.0, True
        self.closed[:] = 0
        self.closed[a] = 1
        return self.flow(), -0.02, self.t >= 60
