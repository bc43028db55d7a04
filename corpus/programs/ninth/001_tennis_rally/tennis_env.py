import numpy as np


class RallyEnv:
    """Small two player tennis: the ball moves along the court, each side moves and swings.

    A match is over when one side has `to_points` points.
    """

    n_actions = 4  # stay, up, down, swing
    obs_dim = 7

    def __init__(self, to_points=11, seed=0):
        self.to_points = to_points
        self.rng = np.random.default_rng(seed)

    def reset(self):
        self.score = [0, 0]
        self.pos = [0.0, 0.0]
        self._serve(self.rng.integers(2))
        return self._obs(0), self._obs(1)

    def _serve(self, side):
        self.ball_x = -1.0 if side == 0 else 1.0
        self.ball_y = self.pos[side]
        self.vx = 0.12 if side == 0 else -0.12
        self.vy = self.rng.uniform(-0.06, 0.06)

    def _obs(self, side):
        sign = 1.0 if side == 0 else -1.0
        return np.array(
            [
                self.pos[side],
                self.pos[1 - side],
                sign * self.ball_x,
                self.ball_y,
                self.score[side] / self.to_points,
                self.score[1 - side] / self.to_points,
                1.0 if sign * self.vx < 0 else 0.0,
            ],
            dtype=np.float32,
        )

    def step(self, a, b):
        rewards = [0.0, 0.0]
        for side, act in enumerate((a, b)):
            if act == 1:
                self.pos[side] = min(1.0, self.pos[side] + 0.1)
            elif act == 2:
                self.pos[side] = max(-1.0, self.pos[side] - 0.1)
        self.ball_x += self.vx
        self.ball_y += self.vy
        if abs(self.ball_y) > 1.0:
            self.vy = -self.vy
        if abs(self.ball_x) >= 1.0:
            side = 0 if self.ball_x < 0 else 1
            act = (a, b)[side]
            if act == 3 and abs(self.pos[side] - self.ball_y) < 0.25:
                self.vx = -self.vx * 1.05
                self.vy = self.rng.uniform(-0.1, 0.1)
            else:
                self.score[1 - side] += 1
                rewards[1 - side], rewards[side] = 1.0, -1.0
                self._serve(1 - side)
        done = max(self.score) >= self.to_points
        return (self._obs(0), self._obs(1)), rewards, done
