import numpy as np


class OneOnOne:
    """Half-court one on one: walk, shoot, or reach for the ball."""

    MOVES = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.5

    def __init__(self, points=11):
        self.points = points
        self.rng = np.random.default_rng()

    def reset(self):
        self.score = [0, 0]
        self.ball = int(self.rng.integers(2))
        self.possession()
        return self.observe(0), self.observe(1)

    def possession(self):
        self.pos = np.array([[6.0, 0.0], [3.0, 0.0]])
        if self.ball == 1:
            self.pos = self.pos[::-1].copy()
        self.clock = 24

    def observe(self, who):
        other = 1 - who
        return np.concatenate([
            self.pos[who] / 7, self.pos[other] / 7,
            [self.ball == who, self.clock / 24, self.score[who] / 11, self.score[other] / 11],
        ]).astype(np.float32)

    def step(self, actions):
        reward, self.clock = 0.0, self.clock - 1
        for who, a in enumerate(actions):
            if a < 5:
                self.pos[who] = np.clip(self.pos[who] + self.MOVES[a], [0, -5], [7, 5])
        gap = np.linalg.norm(self.pos[0] - self.pos[1])
        holder = self.ball
        if actions[holder] == 5:
            far = np.linalg.norm(self.pos[holder])
            if self.rng.random() < max(0.1, 0.8 - 0.08 * far) * min(1.0, 0.4 + gap / 4):
                self.score[holder] += 1
                reward = 1.0 if holder == 0 else -1.0
            self.ball = 1 - holder
            self.possession()
        elif (actions[1 - holder] == 5 and gap < 1 and self.rng.random() < 0.2) or self.clock == 0:
            self.ball = 1 - holder
            self.possession()
        done = max(self.score) >= self.points
        return self.observe(0), self.observe(1), reward, done
