import numpy as np


class DuelArena:
    """Two tanks on a torus; each sees a noisy bearing to the other, never its position."""

    OBS = 9
    ACTIONS = 5

    def __init__(self, size=24, horizon=300, seed=None):
        self.size = size
        self.horizon = horizon
        self.rng = np.random.default_rng(seed)
        self.pos = np.zeros((2, 2))
        self.heading = np.zeros(2)
        self.cooldown = np.zeros(2, dtype=np.int64)
        self.t = 0

    def reset(self):
        self.pos = self.rng.uniform(0, self.size, size=(2, 2))
        self.heading = self.rng.uniform(-np.pi, np.pi, size=2)
        self.cooldown[:] = 0
        self.t = 0
        return self._observe(0), self._observe(1)

    def _delta(self, me):
        d = self.pos[1 - me] - self.pos[me]
        return (d + self.size / 2) % self.size - self.size / 2

    def _observe(self, me):
        d = self._delta(me)
        visible = float(np.linalg.norm(d) < self.size / 3)
        bearing = np.arctan2(d[1], d[0]) - self.heading[me]
        noise = self.rng.normal(0, 0.05, size=2)
        return np.array(
            [
                visible,
                visible * np.cos(bearing) + noise[0],
                visible * np.sin(bearing) + noise[1],
                np.cos(self.heading[me]),
                np.sin(self.heading[me]),
                self.cooldown[me] / 10.0,
                self.pos[me, 0] / self.size,
                self.pos[me, 1] / self.size,
                self.t / self.horizon,
            ],
            dtype=np.float32,
        )

    def _move(self, me, action):
        if action == 1:
            self.heading[me] += 0.3
        elif action == 2:
            self.heading[me] -= 0.3
        elif action == 3:
            step = np.array([np.cos(self.heading[me]), np.sin(self.heading[me])])
            self.pos[me] = (self.pos[me] + step) % self.size

    def _fires(self, me, action):
        if action != 4 or self.cooldown[me] > 0:
            return False
        self.cooldown[me] = 10
        d = self._delta(me)
        bearing = np.arctan2(d[1], d[0]) - self.heading[me]
        bearing = (bearing + np.pi) % (2 * np.pi) - np.pi
        return bool(abs(bearing) < 0.15 and np.linalg.norm(d) < self.size / 3)

    def step(self, a0, a1):
        self.t += 1
        self.cooldown = np.maximum(self.cooldown - 1, 0)
        self._move(0, a0)
        self._move(1, a1)
        hit0, hit1 = self._fires(0, a0), self._fires(1, a1)
        reward = float(hit0) - float(hit1)
        done = hit0 or hit1 or self.t >= self.horizon
        return (self._observe(0), self._observe(1)), reward, done, {"hit": (hit0, hit1)}
