import numpy as np


class FabLine:
    """Four tool groups, re-entrant flow. Action: which tool group gets the free operator next."""

    N_TOOLS = 4
    ROUTE = [0, 1, 2, 1, 3, 0, 2, 3]

    def __init__(self, seed, shift=480):
        self.rng = np.random.default_rng(seed)
        self.shift = shift

    def reset(self):
        self.clock = 0
        self.lots = [(0, 0) for _ in range(6)]
        return self.observe()

    def observe(self):
        queue = np.zeros(self.N_TOOLS, np.float32)
        age = np.zeros(self.N_TOOLS, np.float32)
        for stage, born in self.lots:
            tool = self.ROUTE[stage]
            queue[tool] += 1
            age[tool] = max(age[tool], self.clock - born)
        return np.concatenate([queue / 10, age / 200, [self.clock / self.shift]]).astype(np.float32)

    def step(self, tool):
        finished = 0
        waiting = [i for i, (stage, _) in enumerate(self.lots) if self.ROUTE[stage] == tool]
        if waiting and self.rng.random() > 0.08:  # tool down
            i = min(waiting, key=lambda j: self.lots[j][1])
            stage, born = self.lots[i]
            if stage + 1 == len(self.ROUTE):
                self.lots.pop(i)
                finished = 1
            else:
                self.lots[i] = (stage + 1, born)
        if self.rng.random() < 0.12:
            self.lots.append((0, self.clock))
        self.clock += 1
        reward = finished - 0.005 * len(self.lots)
        return self.observe(), reward, self.clock >= self.shift
