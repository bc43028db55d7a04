import numpy as np


class SequenceReplay:
    """Stores fixed-length sequences with the priority of each."""

    def __init__(self, capacity, length, alpha=0.6, beta=0.4):
        self.capacity = capacity
        self.length = length
        self.alpha = alpha
        self.beta = beta
        self.items = []
        self.priorities = np.zeros(capacity, dtype=np.float64)
        self.cursor = 0

    def __len__(self):
        return len(self.items)

    def add(self, sequence, priority=1.0):
        if len(self.items) < self.capacity:
            self.items.append(sequence)
        else:
            self.items[self.cursor] = sequence
        self.priorities[self.cursor] = (priority + 1e-6) ** self.alpha
        self.cursor = (self.cursor + 1) % self.capacity

    def sample(self, batch_size):
        p = self.priorities[: len(self.items)]
        p = p / p.sum()
        idx = np.random.choice(len(self.items), size=batch_size, p=p)
        weights = (len(self.items) * p[idx]) ** (-self.beta)
        batch = [self.items[i] for i in idx]
        return idx, batch, weights / weights.max()

    def update(self, idx, priorities):
        for i, value in zip(idx, priorities):
            self.priorities[i] = (abs(float(value)) + 1e-6) ** self.alpha
