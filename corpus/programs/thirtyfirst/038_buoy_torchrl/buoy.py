import math

import gymnasium as gym
import numpy as np


class Buoy(gym.Env):
    """Point absorber in irregular waves; the action is the damping of the power take-off."""

    def __init__(self, dt=0.2):
        self.dt = dt
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = gym.spaces.Box(0.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.z, self.w = 0.0, 0.0, 0.0
        self.freq = self.np_random.uniform(0.5, 1.4, 6)
        self.amp = self.np_random.rayleigh(0.4, 6)
        self.phase = self.np_random.uniform(0, math.tau, 6)
        return self._look(), {}

    def _look(self):
        return np.array([self.z, self.w, self.w * abs(self.w)], np.float32)

    def step(self, action):
        damping = 0.1 + 2.0 * float(np.clip(action[0], 0, 1))
        wave = float((self.amp * np.sin(self.freq * self.t + self.phase)).sum())
        acc = 1.2 * wave - 0.9 * self.z - (damping + 0.05) * self.w
        self.w += self.dt * acc
        self.z += self.dt * self.w
        self.t += self.dt
        power = damping * self.w ** 2
        return self._look(), power - 0.4 * max(0.0, abs(self.z) - 3.0), abs(self.z) > 8, self.t > 300, {}


gym.register("WaveBuoy-v0", entry_point=Buoy)
