import numpy as np


class Corridor:
    """Store-and-forward queues of a row of signalised junctions, four approaches each."""

    def __init__(self, n, n_phases, seed=0):
        self.n = n
        self.n_phases = n_phases
        self.rng = np.random.RandomState(seed)
        self.queues = np.zeros((n, 4))
        self.phase = np.zeros(n, dtype=int)
        self.green_for = np.zeros(n, dtype=int)
        self.tick = 0

    def observe(self):
        onehot = np.eye(self.n_phases)[self.phase]
        clock = np.full((self.n, 1), np.sin(2 * np.pi * self.tick / 17280.0))
        return np.concatenate([self.queues / 40.0, onehot, clock], axis=1)

    def available(self):
        mask = np.ones((self.n, self.n_phases), dtype=int)
        for j in range(self.n):
            if self.green_for[j] < 2:
                mask[j] = 0
                mask[j, self.phase[j]] = 1
        return mask

    def step(self, phases):
        phases = np.asarray(phases)
        same = phases == self.phase
        self.green_for = np.where(same, self.green_for + 1, 0)
        self.phase = phases
        load = 0.6 + 0.4 * np.sin(2 * np.pi * self.tick / 17280.0)
        self.queues += self.rng.poisson(load, size=self.queues.shape)
        for j in range(self.n):
            for lane in (phases[j] % 4, (phases[j] + 2) % 4):
                out = min(self.queues[j, lane], 3)
                self.queues[j, lane] -= out
                if j + 1 < self.n and lane == 1:
                    self.queues[j + 1, lane] += out
        self.queues = np.minimum(self.queues, 80)
        self.tick += 1
        return float(self.queues.mean())
