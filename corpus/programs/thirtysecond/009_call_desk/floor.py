import numpy as np


class Floor:
    SKILLS = ("billing", "fibre", "mobile")
    GROUPS = 5

    def __init__(self, seed: int):
        self.rng = np.random.default_rng(seed)
        self.open()

    def open(self):
        self.minute = 0
        self.waiting = {s: 0 for s in self.SKILLS}
        self.busy = np.zeros(self.GROUPS)
        self.tempo = self.rng.uniform(0.5, 1.5, self.GROUPS)

    def look(self, skill):
        one_hot = [float(skill == s) for s in self.SKILLS]
        return np.array([*one_hot, self.waiting[skill] / 20, self.minute / 540, *(self.busy > 0)], np.float32)

    def arrivals(self):
        for s in self.SKILLS:
            self.waiting[s] += int(self.rng.poisson(0.6))
        self.busy = np.maximum(self.busy - self.tempo, 0)
        self.minute += 1

    def assign(self, skill, group):
        if self.waiting[skill] == 0:
            return 0.0
        self.waiting[skill] -= 1
        self.busy[group] += self.rng.gamma(2.0, 1.5)
        return -float(self.busy[group]) - 0.1 * self.waiting[skill]
