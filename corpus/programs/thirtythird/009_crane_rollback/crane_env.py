import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CraneEnv(gym.Env):
    """Gantry crane with a swinging load; the swing rate is not measured."""

    metadata = {"render_modes": []}

    def __init__(self, span=20.0, dt=0.1, limit=400):
        super().__init__()
        self.span, self.dt, self.limit = span, dt, limit
        self.action_space = spaces.Box(-1.0, 1.0, shape=(1,), dtype=np.float32)
        self.observation_space = spaces.Box(-np.inf, np.inf, shape=(4,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x, self.v = 0.0, 0.0
        self.theta, self.omega = self.np_random.uniform(-0.1, 0.1), 0.0
        self.rope = self.np_random.uniform(4.0, 9.0)
        self.goal = self.np_random.uniform(5.0, self.span)
        self.k = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.x / self.span, self.goal / self.span, self.v, self.theta], dtype=np.float32)

    def step(self, action):
        a = float(np.clip(action[0], -1, 1))
        self.omega += self.dt * (-9.81 * np.sin(self.theta) - a * np.cos(self.theta) - 0.02 * self.omega) / self.rope
        self.theta += self.dt * self.omega
        self.v = 0.99 * self.v + self.dt * a
        self.x += self.dt * self.v
        self.k += 1
        gap = abs(self.goal - self.x)
        reward = -0.05 * gap - 0.5 * abs(self.theta) - 0.01 * a * a
        landed = gap < 0.2 and abs(self.theta) < 0.02 and abs(self.v) < 0.05
        crashed = abs(self.theta) > 0.9 or self.x < -1 or self.x > self.span + 1
        if landed:
            reward += 20.0
        if crashed:
            reward -= 20.0
        return self._obs(), reward, bool(landed or crashed), self.k >= self.limit, {}
