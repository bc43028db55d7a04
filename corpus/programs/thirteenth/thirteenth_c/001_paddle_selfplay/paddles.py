import numpy as np


class VecPaddles:
    """N games of two-paddle pong, both sides see the ball from their own half."""

    def __init__(self, num_envs, max_points=5, seed=0):
        self.num_envs = num_envs
        self.max_points = max_points
        self.rng = np.random.default_rng(seed)
        self.obs_dim = 5
        self.n_actions = 3

    def reset(self):
        self.ball = np.zeros((self.num_envs, 4), dtype=np.float32)
        self.pad = np.zeros((self.num_envs, 2), dtype=np.float32)
        self.score = np.zeros((self.num_envs, 2), dtype=np.int64)
        for i in range(self.num_envs):
            self._serve(i)
        return self._obs()

    def _serve(self, i):
        side = self.rng.choice([-1.0, 1.0])
        self.ball[i] = [0.0, self.rng.uniform(-0.5, 0.5), 0.04 * side, self.rng.uniform(-0.03, 0.03)]

    def _obs(self):
        # velocity is hidden on purpose
        x, y = self.ball[:, 0], self.ball[:, 1]
        diff = (self.score[:, 0] - self.score[:, 1]) / self.max_points
        left = np.stack([x, y, self.pad[:, 0], self.pad[:, 1], diff], axis=1)
        right = np.stack([-x, y, self.pad[:, 1], self.pad[:, 0], -diff], axis=1)
        return left.astype(np.float32), right.astype(np.float32)

    def step(self, act_l, act_r):
        self.pad[:, 0] = np.clip(self.pad[:, 0] + 0.05 * (act_l - 1), -1, 1)
        self.pad[:, 1] = np.clip(self.pad[:, 1] + 0.05 * (act_r - 1), -1, 1)
        self.ball[:, :2] += self.ball[:, 2:]
        bounce = np.abs(self.ball[:, 1]) > 1
        self.ball[bounce, 3] *= -1
        reward = np.zeros(self.num_envs, dtype=np.float32)
        done = np.zeros(self.num_envs, dtype=bool)
        for i in np.nonzero(np.abs(self.ball[:, 0]) > 1)[0]:
            side = 0 if self.ball[i, 0] < 0 else 1
            if abs(self.ball[i, 1] - self.pad[i, side]) < 0.2:
                self.ball[i, 2] *= -1
                continue
            reward[i] = -1.0 if side == 0 else 1.0
            self.score[i, 1 - side] += 1
            self._serve(i)
            if self.score[i].max() >= self.max_points:
                done[i] = True
                self.score[i] = 0
                self.pad[i] = 0
        left, right = self._obs()
        return left, right, reward, done
