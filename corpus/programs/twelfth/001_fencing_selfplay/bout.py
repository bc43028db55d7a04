import numpy as np

RETREAT, HOLD, ADVANCE, LUNGE, PARRY = range(5)


class FencingBout:
    """Epee bout on a one-dimensional piste, first fencer to `touches` wins."""

    n_actions = 5
    obs_dim = 6

    def __init__(self, touches=5, max_ticks=600, seed=0):
        self.touches = touches
        self.max_ticks = max_ticks
        self.rng = np.random.default_rng(seed)

    def _en_garde(self):
        self.pos = [-2.0, 2.0]
        self.last = [HOLD, HOLD]

    def reset(self):
        self.score = [0, 0]
        self.tick = 0
        self._en_garde()
        return self._obs(0), self._obs(1)

    def _obs(self, me):
        you = 1 - me
        side = 1.0 if me == 0 else -1.0
        return np.array([
            side * self.pos[me] / 7.0,
            abs(self.pos[0] - self.pos[1]) / 7.0,
            self.last[you] / 4.0,
            self.score[me] / self.touches,
            self.score[you] / self.touches,
            self.tick / self.max_ticks,
        ], dtype=np.float32)

    def step(self, a, b):
        self.tick += 1
        for i, act in enumerate((a, b)):
            sign = 1.0 if i == 0 else -1.0
            if act == ADVANCE:
                self.pos[i] += 0.3 * sign
            elif act == RETREAT:
                self.pos[i] -= 0.3 * sign
        gap = self.pos[1] - self.pos[0]
        hit_a = a == LUNGE and gap < 1.6 and b != PARRY and self.rng.random() < 0.8
        hit_b = b == LUNGE and gap < 1.6 and a != PARRY and self.rng.random() < 0.8
        # stepping off the end of the piste is a touch for the other side
        if self.pos[0] < -7.0:
            hit_b = True
        if self.pos[1] > 7.0:
            hit_a = True
        self.last = [a, b]
        reward = 0.0
        if hit_a or hit_b:
            self.score[0] += int(hit_a)
            self.score[1] += int(hit_b)
            reward = float(hit_a) - float(hit_b)
            self._en_garde()
        done = max(self.score) >= self.touches or self.tick >= self.max_ticks
        return (self._obs(0), self._obs(1)), reward, done
