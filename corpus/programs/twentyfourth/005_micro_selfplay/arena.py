import random


class Skirmish:
    """Two squads of marines on a line; each side picks one order per tick for the whole squad."""

    ORDERS = ("advance", "retreat", "focus", "spread")

    def __init__(self, squad=6, max_ticks=600):
        self.squad, self.max_ticks = squad, max_ticks

    def reset(self):
        self.hp = [[45.0] * self.squad, [45.0] * self.squad]
        self.x = [-10.0, 10.0]
        self.cool = [0, 0]
        self.tick = 0
        return self.see(0), self.see(1)

    def see(self, side):
        other = 1 - side
        gap = abs(self.x[0] - self.x[1]) / 20
        visible = gap < 0.5
        mine = [h / 45 for h in self.hp[side]]
        theirs = [h / 45 if visible else -1.0 for h in self.hp[other]]
        return mine + theirs + [gap if visible else 1.0, self.cool[side] / 10]

    def step(self, a0, a1):
        self.tick += 1
        before = [sum(h) for h in self.hp]
        for side, a in enumerate((a0, a1)):
            heading = 1 if side == 0 else -1
            if a == 0:
                self.x[side] += 0.4 * heading
            elif a == 1:
                self.x[side] -= 0.4 * heading
            self.cool[side] = max(0, self.cool[side] - 1)
            if a in (2, 3) and self.cool[side] == 0 and abs(self.x[0] - self.x[1]) < 6:
                self.shoot(side, focus=(a == 2))
                self.cool[side] = 10
        loss = [b - sum(h) for b, h in zip(before, self.hp)]
        dead = [sum(h) <= 0 for h in self.hp]
        done = any(dead) or self.tick >= self.max_ticks
        reward = (loss[1] - loss[0]) / 45 + 5.0 * (dead[1] - dead[0])
        return self.see(0), self.see(1), reward, done

    def shoot(self, side, focus):
        alive = [i for i, h in enumerate(self.hp[1 - side]) if h > 0]
        shots = sum(h > 0 for h in self.hp[side])
        for _ in range(shots):
            if not alive:
                return
            i = min(alive, key=lambda j: self.hp[1 - side][j]) if focus else random.choice(alive)
            self.hp[1 - side][i] = max(0.0, self.hp[1 - side][i] - 6)
            if self.hp[1 - side][i] == 0:
                alive.remove(i)
