import numpy as np


class Battlefield:
    def __init__(self, units=4, seed=None):
        self.units = units
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.shield = np.full((2, self.units), 50.0)
        self.life = np.full((2, self.units), 100.0)
        self.range = 12.0
        self.steps = 0
        return self._frame(0), self._frame(1)

    def _frame(self, me):
        fog = self.range > 7
        foe = 1 - me
        seen = np.zeros(self.units) if fog else self.life[foe] / 100
        return np.concatenate([self.shield[me] / 50, self.life[me] / 100, seen, [self.range / 12]]).astype(np.float32)

    def step(self, acts):
        self.steps += 1
        hurt = np.zeros(2)
        for me, a in enumerate(acts):
            if a == 0:
                self.range = max(0.5, self.range - 0.3)
            elif a == 1:
                self.range = min(12.0, self.range + 0.25)
            elif self.range < 1.5:
                foe = 1 - me
                alive = np.flatnonzero(self.life[foe] > 0)
                if alive.size:
                    target = alive[np.argmin(self.life[foe][alive])] if a == 2 else self.rng.choice(alive)
                    dmg = 2.0 * (self.life[me] > 0).sum()
                    absorbed = min(dmg, self.shield[foe, target])
                    self.shield[foe, target] -= absorbed
                    self.life[foe, target] = max(0.0, self.life[foe, target] - (dmg - absorbed))
                    hurt[foe] += dmg
        lost = (self.life <= 0).all(axis=1)
        over = bool(lost.any()) or self.steps >= 800
        reward = 0.01 * (hurt[1] - hurt[0]) + 3.0 * (float(lost[1]) - float(lost[0]))
        return self._frame(0), self._frame(1), reward, over
