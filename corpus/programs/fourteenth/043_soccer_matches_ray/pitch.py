import numpy as np


class Pitch:
    """Two against two on a small pitch; a player sees the ball only when it's near."""

    def __init__(self, seed=0, minutes=300):
        self.rng = np.random.default_rng(seed)
        self.minutes = minutes
        self.n_obs, self.n_act, self.n_players = 8, 5, 4

    def kick_off(self):
        self.ball = np.array([0.0, 0.0])
        self.players = self.rng.uniform(-0.8, 0.8, (4, 2))
        self.players[:2, 0] = -np.abs(self.players[:2, 0])
        self.players[2:, 0] = np.abs(self.players[2:, 0])

    def reset(self):
        self.t, self.score = 0, np.zeros(2)
        self.kick_off()
        return self.views()

    def views(self):
        out = []
        for i, p in enumerate(self.players):
            flip = 1.0 if i < 2 else -1.0
            rel = self.ball - p
            near = np.linalg.norm(rel) < 0.5
            mate = self.players[i ^ 1]
            row = [flip * p[0], p[1], flip * mate[0], mate[1], float(near)]
            row += [flip * rel[0], rel[1]] if near else [0.0, 0.0]
            out.append(row + [self.t / self.minutes])
        return np.array(out, dtype=np.float32)

    def step(self, acts):
        moves = np.array([[0, 0], [1, 0], [-1, 0], [0, 1], [0, -1]]) * 0.05
        for i, a in enumerate(acts):
            flip = np.array([1.0 if i < 2 else -1.0, 1.0])
            self.players[i] = np.clip(self.players[i] + moves[a] * flip, -1, 1)
            if np.linalg.norm(self.players[i] - self.ball) < 0.08:
                self.ball = self.ball + moves[a] * flip * 3 + self.rng.normal(0, 0.02, 2)
        self.ball[1] = np.clip(self.ball[1], -1, 1)
        self.t += 1
        rew = np.zeros(4, dtype=np.float32)
        if abs(self.ball[0]) > 1:
            team = 0 if self.ball[0] > 0 else 1
            self.score[team] += 1
            rew[:2] = 1.0 if team == 0 else -1.0
            rew[2:] = -rew[:2]
            self.kick_off()
        return self.views(), rew, self.t >= self.minutes
