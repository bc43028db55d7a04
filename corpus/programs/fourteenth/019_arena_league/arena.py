import numpy as np


class Arena:
    """1v1 sword fight on a strip with stamina; the foe's stamina is not shown."""

    MOVES = ("wait", "advance", "retreat", "slash", "parry", "feint")

    def __init__(self, rng, limit=400):
        self.rng, self.limit = rng, limit

    def reset(self):
        self.x = np.array([0.3, 0.7])
        self.hp = np.ones(2)
        self.sta = np.ones(2)
        self.prev = [0, 0]
        self.t = 0
        return self.see(0), self.see(1)

    def see(self, i):
        j = 1 - i
        gap = self.x[1] - self.x[0]
        onehot = np.eye(6)[self.prev[j]]
        return np.concatenate([[gap, self.hp[i], self.hp[j], self.sta[i]], onehot]).astype(np.float32)

    def step(self, a0, a1):
        acts = [a0, a1]
        self.t += 1
        dmg = np.zeros(2)
        for i, a in enumerate(acts):
            d = 1 if i == 0 else -1
            if a == 1:
                self.x[i] += 0.03 * d
            elif a == 2:
                self.x[i] -= 0.03 * d
            elif a == 3 and self.sta[i] > 0.2:
                self.sta[i] -= 0.2
                if self.x[1] - self.x[0] < 0.15:
                    dmg[1 - i] += 0.03 if acts[1 - i] == 4 else 0.12
            elif a == 5:
                self.sta[i] -= 0.02
        self.x = np.clip(self.x, 0, 1)
        if self.x[0] > self.x[1]:
            self.x[:] = self.x.mean()
        self.sta = np.clip(self.sta + 0.02, 0, 1)
        self.hp -= dmg
        self.prev = acts
        over = bool(self.hp.min() <= 0 or self.t >= self.limit)
        return self.see(0), self.see(1), float(dmg[1] - dmg[0]), over

    def result(self):
        return int(np.sign(round(self.hp[0] - self.hp[1], 6)))
