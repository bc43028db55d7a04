import random

import torch


class Pinball:
    OBS = 4
    ACT = 3  # rest, left flipper, right flipper

    def reset(self):
        self.x, self.y = random.random(), 1.0
        self.vx, self.vy = random.uniform(-0.05, 0.05), 0.0
        self.t = 0
        return self.obs()

    def obs(self):
        hidden = 0.4 < self.y < 0.7  # the ball runs under the ramp
        return torch.tensor([0.0 if hidden else self.x, 0.0 if hidden else self.y, float(hidden), self.t / 500])

    def step(self, a):
        self.vy -= 0.004
        self.x += self.vx
        self.y += self.vy
        if not 0 < self.x < 1:
            self.vx = -self.vx
            self.x = min(max(self.x, 0.0), 1.0)
        r = 0.0
        if self.y > 1:
            self.vy = -abs(self.vy)
            r += 0.2
        if 0 < self.y < 0.12 and self.vy < 0 and (a == 1 and self.x < 0.45 or a == 2 and self.x > 0.55):
            self.vy = random.uniform(0.06, 0.1)
            self.vx = random.uniform(-0.06, 0.06)
            r += 1.0
        self.t += 1
        lost = self.y <= 0
        return self.obs(), r - 0.01 * (a != 0), lost or self.t >= 500
