import os
import random


class Board:
    def __init__(self, folder, quantile=0.25):
        os.makedirs(folder, exist_ok=True)
        self.folder, self.quantile = folder, quantile
        self.score, self.lr = {}, {}

    def path(self, idx):
        return os.path.join(self.folder, f"trainer{idx}.pt")

    def post(self, idx, score, lr):
        self.score[idx], self.lr[idx] = score, lr

    def better_than(self, idx):
        order = sorted(self.score, key=self.score.get)
        n = max(1, int(len(order) * self.quantile))
        if idx not in order[:n]:
            return None
        return random.choice(order[-n:])
