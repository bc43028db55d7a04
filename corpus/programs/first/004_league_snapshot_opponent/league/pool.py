import random
from collections import deque


class SnapshotPool:
    def __init__(self, cap=20, p_latest=0.5):
        self.items = deque(maxlen=cap)
        self.p_latest = p_latest
        self.elo = {}

    def push(self, tag, state_dict):
        self.items.append((tag, {k: v.detach().cpu().clone() for k, v in state_dict.items()}))
        self.elo.setdefault(tag, 1000.0)

    def sample(self):
        if random.random() < self.p_latest:
            return self.items[-1]
        return random.choice(list(self.items))

    def update_elo(self, tag, score, k=16):
        self.elo[tag] += k * (score - 0.5)
