import numpy as np

MOVES = np.array([[0, 0], [0, 1], [0, -1], [1, 0], [-1, 0]])


class VecSoccer:
    """Two players, one ball, N pitches. Pitches restart on their own when a goal falls."""

    def __init__(self, num_envs, width=9, height=5, max_steps=160, seed=0):
        self.n = num_envs
        self.w, self.h = width, height
        self.max_steps = max_steps
        self.rng = np.random.RandomState(seed)
        self.pos = np.zeros((num_envs, 2, 2), dtype=np.int64)
        self.owner = np.zeros(num_envs, dtype=np.int64)
        self.t = np.zeros(num_envs, dtype=np.int64)

    def _kickoff(self, i):
        mid = self.h // 2
        self.pos[i, 0] = (2, mid)
        self.pos[i, 1] = (self.w - 3, mid)
        self.owner[i] = self.rng.randint(2)
        self.t[i] = 0

    def reset(self):
        for i in range(self.n):
            self._kickoff(i)
        return self._obs(0), self._obs(1)

    def _obs(self, side):
        me, you = self.pos[:, side].copy(), self.pos[:, 1 - side].copy()
        if side == 1:
            me[:, 0] = self.w - 1 - me[:, 0]
            you[:, 0] = self.w - 1 - you[:, 0]
        visible = np.abs(me - you).sum(1, keepdims=True) <= 3
        you = np.where(visible, you, -1)
        ball = (self.owner == side)[:, None]
        out = np.concatenate([me, you, visible, ball], axis=1)
        return out.astype(np.float32) / self.w

    def step(self, left, right):
        reward = np.zeros(self.n, dtype=np.float32)
        done = np.zeros(self.n, dtype=bool)
        for i in range(self.n):
            step = MOVES[[left[i], right[i]]].copy()
            step[1, 0] *= -1
            nxt = np.clip(self.pos[i] + step, 0, [self.w - 1, self.h - 1])
            if (nxt[0] == nxt[1]).all():
                self.owner[i] = 1 - self.owner[i]
            else:
                self.pos[i] = nxt
            self.t[i] += 1
            if self.owner[i] == 0 and self.pos[i, 0, 0] == self.w - 1:
                reward[i], done[i] = 1.0, True
            elif self.owner[i] == 1 and self.pos[i, 1, 0] == 0:
                reward[i], done[i] = -1.0, True
            elif self.t[i] >= self.max_steps:
                done[i] = True
            if done[i]:
                self._kickoff(i)
        return self._obs(0), self._obs(1), reward, done
