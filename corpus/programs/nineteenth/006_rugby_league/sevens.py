import numpy as np


class Sevens:
    """Rugby sevens boiled down to a grid: the ball side runs, passes or kicks, the other side chooses
    where to stand in defence."""

    LENGTH, WIDTH = 20, 9

    def __init__(self, minutes=14, seed=None):
        self.total = minutes * 15
        self.rng = np.random.default_rng(seed)

    def kick_off(self):
        self.t = 0
        self.score = [0, 0]
        self.holder = int(self.rng.integers(2))
        self._restart()
        return self.views()

    def _restart(self):
        self.x, self.y = self.LENGTH // 2, self.WIDTH // 2
        self.line = self.WIDTH // 2

    def views(self):
        out = []
        for side in (0, 1):
            x = self.x if side == 0 else self.LENGTH - self.x
            out.append(np.array([x / self.LENGTH, self.y / self.WIDTH, self.line / self.WIDTH,
                                 float(self.holder == side), self.t / self.total,
                                 np.tanh((self.score[side] - self.score[1 - side]) / 10)], dtype=np.float32))
        return out

    def step(self, actions):
        attack, defence = actions[self.holder], actions[1 - self.holder]
        self.line = int(np.clip(self.line + (defence % 3) - 1, 0, self.WIDTH - 1))
        self.y = int(np.clip(self.y + (attack % 3) - 1, 0, self.WIDTH - 1))
        gain = 1 if attack < 3 else 2
        reward = [0.0, 0.0]
        near = abs(self.line - self.y) <= 1
        if near and self.rng.random() < 0.25 * gain:
            self.holder = 1 - self.holder
        else:
            self.x += gain if self.holder == 0 else -gain
        if self.x <= 0 or self.x >= self.LENGTH:
            self.score[self.holder] += 5
            reward[self.holder], reward[1 - self.holder] = 1.0, -1.0
            self.holder = 1 - self.holder
            self._restart()
        self.t += 1
        return self.views(), reward, self.t >= self.total
