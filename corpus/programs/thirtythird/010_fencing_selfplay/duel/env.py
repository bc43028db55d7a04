import gymnasium as gym
import numpy as np
from gymnasium import spaces

HOLD, FORWARD, BACK, LUNGE, PARRY = range(5)


class FencingEnv(gym.Env):
    """A bout to five touches. The rival's stance is shown with two steps' delay."""

    def __init__(self, pool, piste=14, limit=600):
        super().__init__()
        self.pool = pool
        self.piste, self.limit = piste, limit
        self.action_space = spaces.Discrete(5)
        self.observation_space = spaces.Box(-1.0, 2.0, shape=(9,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.rival = self.pool.pick()
        self.score = [0, 0]
        self.t = 0
        self.trail = [[HOLD] * 3, [HOLD] * 3]
        self._en_garde()
        return self._view(0), {}

    def _en_garde(self):
        self.x = [4, self.piste - 4]

    def _view(self, side):
        mine = self.x[0] if side == 0 else self.piste - self.x[1]
        yours = self.x[1] if side == 0 else self.piste - self.x[0]
        stance = np.zeros(5, dtype=np.float32)
        stance[self.trail[1 - side][-3]] = 1
        head = [mine / self.piste, yours / self.piste,
                (self.score[side] - self.score[1 - side]) / 5, self.t / self.limit]
        return np.concatenate([np.array(head, dtype=np.float32), stance])

    def step(self, action):
        acts = [int(action), self.rival.choose(self._view(1))]
        for side, a in enumerate(acts):
            self.trail[side].append(a)
            sign = 1 if side == 0 else -1
            if a == FORWARD:
                self.x[side] += sign
            elif a == BACK:
                self.x[side] -= sign
        self.x[0] = int(np.clip(self.x[0], 0, self.x[1] - 1 if self.x[1] > 0 else 0))
        self.x[1] = int(np.clip(self.x[1], self.x[0] + 1, self.piste))
        self.t += 1
        reward = 0.0
        if self.x[1] - self.x[0] <= 2:
            for side in (0, 1):
                if acts[side] == LUNGE and acts[1 - side] != PARRY:
                    self.score[side] += 1
                    reward += 1.0 if side == 0 else -1.0
            if reward != 0.0:
                self._en_garde()
        won = max(self.score) >= 5
        if won and self.score[0] != self.score[1]:
            reward += 3.0 if self.score[0] > self.score[1] else -3.0
        return self._view(0), reward, won, self.t >= self.limit, {"score": tuple(self.score)}
