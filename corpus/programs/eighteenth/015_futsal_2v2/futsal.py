import numpy as np


class Futsal:
    """Two against two on a small pitch, moves: none, up, down, left, right, shoot."""

    MOVES = np.array([[0, 0], [0, 1], [0, -1], [-1, 0], [1, 0]], dtype=float)

    def __init__(self, length=500, seed=None):
        self.length = length
        self.rng = np.random.RandomState(seed)

    def reset(self):
        self.t = 0
        self.score = [0, 0]
        self._line_up()
        return self.observe()

    def _line_up(self):
        self.players = np.array([[-0.3, -0.2], [-0.6, 0.2], [0.3, 0.2], [0.6, -0.2]])
        self.ball = self.rng.uniform(-0.05, 0.05, 2)
        self.bvel = np.zeros(2)

    def observe(self):
        obs = []
        for i in range(4):
            s = 1 if i < 2 else -1
            mate = i ^ 1
            foes = self.players[2:] if i < 2 else self.players[:2]
            obs.append(s * np.concatenate([self.players[i], self.players[mate], foes.ravel(), self.ball, self.bvel]))
        return np.array(obs, dtype=np.float32)

    def step(self, actions):
        for i, a in enumerate(actions):
            s = 1 if i < 2 else -1
            if a < 5:
                self.players[i] = np.clip(self.players[i] + 0.03 * s * self.MOVES[a], -1, 1)
            if np.linalg.norm(self.players[i] - self.ball) < 0.08:
                if a == 5:
                    aim = np.array([s, self.rng.uniform(-0.2, 0.2)]) - self.ball
                    self.bvel = 0.09 * aim / (np.linalg.norm(aim) + 1e-6)
                else:
                    self.bvel = 0.03 * s * self.MOVES[a]
        self.ball = self.ball + self.bvel
        self.bvel *= 0.95
        self.ball[1] = np.clip(self.ball[1], -0.6, 0.6)
        reward = 0.0
        if abs(self.ball[0]) > 1:
            if abs(self.ball[1]) < 0.25:
                reward = float(np.sign(self.ball[0]))
                self.score[0 if reward > 0 else 1] += 1
            self._line_up()
        self.t += 1
        return self.observe(), reward, self.t >= self.length
