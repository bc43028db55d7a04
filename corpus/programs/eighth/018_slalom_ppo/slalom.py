import gymnasium as gym
import numpy as np
from gymnasium import spaces


class SlalomEnv(gym.Env):
    """A skier and 20 gates; in the fog only every other gate can be seen in time."""

    def __init__(self, gates: int = 20):
        self.gates = gates
        self.observation_space = spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.action_space = spaces.Discrete(3)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.offset = self.np_random.uniform(-1, 1)
        self.x, self.vx, self.y = 0.0, 0.0, 0.0
        self.passed = 0
        return self._obs(), {}

    def _gate(self):
        side = 1.0 if self.passed % 2 else -1.0
        return 2.0 * side + self.offset

    def _obs(self):
        visible = self.passed % 4 < 2
        gate = self._gate() if visible else 0.0
        return np.array([self.x, self.vx, gate, float(visible)], dtype=np.float32)

    def step(self, action):
        self.vx = 0.9 * self.vx + 0.15 * (int(action) - 1)
        self.x += self.vx
        self.y += 0.25
        reward, fallen = 0.0, abs(self.x) > 6
        if self.y >= self.passed * 3 + 3:
            hit = abs(self.x - self._gate()) < 0.7
            reward = 1.0 if hit else -0.5
            self.passed += 1
        if fallen:
            reward -= 2.0
        return self._obs(), reward, fallen or self.passed >= self.gates, False, {}
