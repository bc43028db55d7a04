import gymnasium as gym
import numpy as np


class GustLanding(gym.Env):
    """Land a planar drone on a pad; wind is not measured and grows from stage to stage."""

    WIND = (0.0, 0.3, 0.7, 1.2)

    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)
        self.next_stage = 0

    def set_stage(self, stage: int):
        self.next_stage = stage

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.stage = self.next_stage
        self.p = self.np_random.uniform([-2, 4], [2, 6])
        self.v = np.zeros(2)
        self.gust = self.np_random.normal(0, self.WIND[self.stage])
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        return np.concatenate([self.p + self.np_random.normal(0, 0.05, 2), [self.t / 400, self.p[1] < 1]]).astype(np.float32)

    def step(self, action):
        a = np.clip(action, -1, 1)
        self.gust = 0.98 * self.gust + self.np_random.normal(0, 0.2 * self.WIND[self.stage])
        self.v += 0.05 * np.array([2 * a[0] + self.gust, 2 * a[1]])
        self.v[1] -= 0.02
        self.p += 0.05 * self.v
        self.t += 1
        landed = self.p[1] <= 0
        reward = -0.01 * float(np.hypot(*self.p))
        if landed:
            soft = abs(self.v[1]) < 0.6 and abs(self.p[0]) < 0.5
            reward += 10.0 if soft else -5.0
        return self._obs(), reward, bool(landed), self.t >= 400, {"is_success": bool(landed and reward > 0)}
