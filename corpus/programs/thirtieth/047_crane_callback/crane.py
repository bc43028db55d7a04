import gymnasium as gym
import numpy as np
from gymnasium import spaces


class Crane(gym.Env):
    """Trolley with a swinging load. The sway angle is not measured, only the trolley and the rope length."""

    def __init__(self):
        self.observation_space = spaces.Box(-10, 10, (3,), np.float32)
        self.action_space = spaces.Box(-1, 1, (1,), np.float32)
        self.mass = 0.5

    def set_mass(self, mass):
        self.mass = mass

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x, self.v = self.np_random.uniform(-4, -2), 0.0
        self.th, self.om = self.np_random.normal(0, 0.1), 0.0
        self.rope = self.np_random.uniform(1.5, 3.0)
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.x, self.v, self.rope], np.float32)

    def step(self, action):
        force = 4.0 * float(action[0])
        for _ in range(4):
            acc = force - 0.5 * self.v + self.mass * 9.81 * np.sin(self.th)
            self.om += 0.02 * (-(9.81 * np.sin(self.th) + acc * np.cos(self.th)) / self.rope - 0.02 * self.om)
            self.th += 0.02 * self.om
            self.v += 0.02 * acc
            self.x += 0.02 * self.v
        self.t += 1
        reward = -0.02 * (abs(self.x) + 2 * abs(self.th) + 0.2 * abs(self.om))
        calm = abs(self.x) < 0.1 and abs(self.v) < 0.05 and abs(self.th) < 0.03
        out = abs(self.x) > 6 or abs(self.th) > 1.3
        return self._obs(), float(reward + 5.0 * calm - 5.0 * out), bool(calm or out), self.t >= 300, {}
