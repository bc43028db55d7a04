import random


class StalkerFight:
    """3 stalkers with blink against 4 ranged enemies, abstracted to a lane."""

    n_actions = 9  # 3 targets x (shoot, step back, blink)
    n_obs = 11

    def __init__(self, seed):
        self.r = random.Random(seed)

    def reset(self):
        self.hp = [1.0] * 3
        self.foe = [1.0] * 4
        self.gap = [self.r.uniform(0.2, 0.8) for _ in range(3)]
        self.turn = 0
        return self.view()

    def view(self):
        return self.hp + self.foe + self.gap + [self.turn / 100]

    def act(self, a):
        unit, what = divmod(a, 3)
        gain = 0.0
        if self.hp[unit] > 0:
            if what == 0:
                alive = [i for i, h in enumerate(self.foe) if h > 0]
                t = min(alive, key=lambda i: self.foe[i])
                dmg = min(self.foe[t], 0.25 * (1 - self.gap[unit]))
                self.foe[t] -= dmg
                gain += dmg
            else:
                self.gap[unit] = min(1.0, self.gap[unit] + (0.15 if what == 1 else 0.5))
        for i in range(3):
            if self.hp[i] > 0:
                hurt = min(self.hp[i], 0.015 * sum(h > 0 for h in self.foe) * (1 - self.gap[i]))
                self.hp[i] -= hurt
                gain -= hurt
                self.gap[i] = max(0.0, self.gap[i] - 0.05)
        self.foe = [h if h > 1e-3 else 0.0 for h in self.foe]
        self.turn += 1
        won, lost = not any(self.foe), not any(h > 0 for h in self.hp)
        return self.view(), gain + 3.0 * won, won or lost or self.turn == 100
