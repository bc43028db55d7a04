import random

TYPES = ["fire", "water", "grass"]
BEATS = {"fire": "grass", "grass": "water", "water": "fire"}


class Battle:
    """3 against 3, the foe's bench is hidden. Actions: strong move, quick move, next monster."""

    n_obs, n_act = 10, 3

    def reset(self):
        self.mine = [[random.choice(TYPES), 100] for _ in range(3)]
        self.foe = [[random.choice(TYPES), 100] for _ in range(3)]
        self.i = self.j = self.turn = 0
        return self.obs()

    def obs(self):
        me, foe = self.mine[self.i], self.foe[self.j]
        o = [float(me[0] == t) for t in TYPES] + [float(foe[0] == t) for t in TYPES]
        return o + [me[1] / 100, foe[1] / 100, sum(m[1] > 0 for m in self.mine) / 3, self.turn / 60]

    def hit(self, a, d, strong):
        dmg = (30 if strong else 15) * (2 if BEATS[a[0]] == d[0] else 1)
        if strong and random.random() < 0.3:
            dmg = 0
        d[1] -= dmg
        return dmg

    def step(self, act):
        self.turn += 1
        reward = 0.0
        if act == 2:
            self.i = (self.i + 1) % 3
            while self.mine[self.i][1] <= 0:
                self.i = (self.i + 1) % 3
        else:
            reward += self.hit(self.mine[self.i], self.foe[self.j], act == 0) / 300
        if self.foe[self.j][1] <= 0:
            self.j += 1
        if self.j < 3:
            reward -= self.hit(self.foe[self.j], self.mine[self.i], random.random() < 0.5) / 300
        lost = all(m[1] <= 0 for m in self.mine)
        if not lost:
            while self.mine[self.i][1] <= 0:
                self.i = (self.i + 1) % 3
        won = self.j == 3
        done = won or lost or self.turn >= 60
        reward += 1.0 if won else -1.0 if lost else 0.0
        return (None if done else self.obs()), reward, done
