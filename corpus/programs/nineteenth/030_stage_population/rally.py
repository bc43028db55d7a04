import gymnasium as gym
import numpy as np
from gymnasium import spaces


class RallyStage(gym.Env):
    """Point-mass car on a random stage. Sees only the next two pace notes; grip is hidden."""

    def __init__(self, corners=40):
        self.corners = corners
        self.observation_space = spaces.Box(-5, 5, (5,), np.float32)
        self.action_space = spaces.Box(-1, 1, (2,), np.float32)

    def _obs(self):
        a, b = self.notes[self.i], self.notes[min(self.i + 1, self.corners - 1)]
        return np.array([a, b, self.v, self.offset, self.left], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.notes = self.np_random.uniform(-1, 1, self.corners)
        self.grip = self.np_random.uniform(0.4, 1.0)
        self.i, self.v, self.offset, self.left, self.t = 0, 0.5, 0.0, 1.0, 0
        return self._obs(), {}

    def step(self, action):
        throttle, steer = np.clip(action, -1, 1)
        self.v = float(np.clip(self.v + 0.1 * throttle, 0.1, 2.0))
        slip = max(0.0, abs(self.notes[self.i]) * self.v**2 - self.grip)
        self.offset += 0.2 * (steer - self.notes[self.i]) + slip * np.sign(self.notes[self.i]) * 0.3
        self.left -= 0.2 * self.v
        reward = 0.1 * self.v - 0.05 * abs(self.offset)
        self.t += 1
        if self.left <= 0:
            self.i, self.left = self.i + 1, 1.0
        crash = abs(self.offset) > 2
        if crash:
            reward -= 5
        finished = self.i >= self.corners
        self.i = min(self.i, self.corners - 1)
        return self._obs(), float(reward), crash or finished, self.t > 1500, {}
