import numpy as np


class Junction:
    """A single-track junction. Trains come from the north and the south by a timetable that is drawn anew each day."""

    def __init__(self, seed=0, trains=14):
        self.rng = np.random.default_rng(seed)
        self.trains = trains

    def reset(self):
        self.t = 0
        self.plan = {s: sorted(self.rng.integers(0, 160, self.trains).tolist()) for s in "NS"}
        self.late = {s: self.rng.gamma(1.5, 3.0) for s in "NS"}
        self.queue = {"N": [], "S": []}
        self.busy = 0
        return self._signals()

    def _signals(self):
        q = [len(self.queue["N"]) / 5, len(self.queue["S"]) / 5]
        return np.array([*q, self.busy / 4, self.t / 240], dtype=np.float32)

    def step(self, act):
        for s in "NS":
            while self.plan[s] and self.plan[s][0] + self.late[s] <= self.t:
                self.queue[s].append(self.plan[s].pop(0))
        self.busy = max(0, self.busy - 1)
        if act > 0 and self.busy == 0:
            s = "NS"[act - 1]
            if self.queue[s]:
                self.queue[s].pop(0)
                self.busy = 4
        self.t += 1
        wait = len(self.queue["N"]) + len(self.queue["S"])
        return self._signals(), -0.05 * wait, self.t >= 240
