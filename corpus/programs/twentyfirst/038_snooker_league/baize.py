import random


class Frame:
    def reset(self):
        self.reds, self.points, self.turn = 15, [0, 0], 0
        self.lie = random.random()
        return self.view(0)

    def view(self, who):
        d = (self.points[who] - self.points[1 - who]) / 50.0
        return [self.reds / 15.0, d, self.lie, self.turn / 120.0, float(who), 0.0, 0.0, 1.0]

    def shot(self, who, k):
        target, risk = k % 6, k // 6
        gain = 0
        p = 0.75 - 0.06 * target - 0.3 * self.lie
        if random.random() < p:
            gain = 2 + target
            self.reds -= 1
        self.lie = random.random() * (0.6 if risk == 0 else 1.0)
        self.points[who] += gain
        self.turn += 1
        return gain / 10.0, self.reds <= 0 or self.turn >= 120
