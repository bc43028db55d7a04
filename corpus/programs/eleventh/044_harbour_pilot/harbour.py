import gymnasium
import numpy as np
from gymnasium.spaces import Box, Discrete


class HarbourPilot(gymnasium.Env):
    """Bring a ship to the quay through an unseen cross current."""

    metadata = {"render_modes": []}

    def __init__(self, max_steps=150):
        self.observation_space = Box(-3, 3, (3,), np.float32)
        self.action_space = Discrete(5)
        self.max_steps = max_steps

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.xy = np.array([-2.0, self.np_random.uniform(-1, 1)])
        self.heading = 0.0
        self.current = self.np_random.uniform(-0.02, 0.02)
        self.k = 0
        return self._obs(), {}

    def _obs(self):
        gps = self.xy + self.np_random.normal(0, 0.05, 2)
        return np.array([gps[0], gps[1], self.heading], np.float32)

    def step(self, rudder):
        self.heading = float(np.clip(self.heading + (rudder - 2) * 0.1, -1.5, 1.5))
        self.xy += 0.03 * np.array([np.cos(self.heading), np.sin(self.heading)])
        self.xy[1] += self.current
        self.k += 1
        aground = abs(self.xy[1]) > 1.5
        arrived = self.xy[0] > 0 and not aground
        docked = arrived and abs(self.xy[1]) < 0.15
        reward = -0.01 - 0.05 * abs(self.xy[1])
        if docked:
            reward += 5 * np.exp(-10 * self.xy[1] ** 2)
        if aground:
            reward -= 3
        over = bool(arrived or aground)
        return self._obs(), float(reward), over, self.k >= self.max_steps, {"docked": bool(docked)}
