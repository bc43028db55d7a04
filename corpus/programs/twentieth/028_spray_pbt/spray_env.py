import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SprayPanelEnv(gym.Env):
    """Spray gun over a car door, film thickness is only seen under the gun."""

    metadata = {"render_modes": []}

    def __init__(self, width=24, height=12, max_steps=600):
        self.w, self.h, self.max_steps = width, height, max_steps
        self.observation_space = spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.film = np.zeros((self.h, self.w), dtype=np.float32)
        self.pos = np.array([0.0, 0.0])
        self.viscosity = self.np_random.uniform(0.7, 1.3)
        self.t = 0
        return self._obs(), {}

    def _cell(self):
        return int(self.pos[1]), int(self.pos[0])

    def _obs(self):
        r, c = self._cell()
        return np.array([self.pos[0] / self.w, self.pos[1] / self.h, self.film[r, c],
                         self.film.mean(), self.t / self.max_steps], dtype=np.float32)

    def step(self, action):
        before = np.abs(1.0 - self.film).mean()
        self.pos = np.clip(self.pos + action[:2], [0, 0], [self.w - 1, self.h - 1])
        r, c = self._cell()
        self.film[r, c] += 0.3 * max(float(action[2]), 0.0) / self.viscosity
        self.t += 1
        reward = 100.0 * float(before - np.abs(1.0 - self.film).mean())
        if self.film[r, c] > 1.5:
            reward -= 0.5
        return self._obs(), reward, False, self.t >= self.max_steps, {}
