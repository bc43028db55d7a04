import gymnasium as gym
import numpy as np
from gymnasium import spaces


class GlucoseEnv(gym.Env):
    """A crude glucose model: meals are not announced, insulin works with delay, the sensor is noisy."""

    def __init__(self, horizon=288):
        super().__init__()
        self.horizon = horizon
        self.observation_space = spaces.Box(-5.0, 5.0, (2,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.glucose = float(self.np_random.uniform(90, 160))
        self.sensitivity = float(self.np_random.uniform(0.5, 1.5))
        self.insulin = np.zeros(12)
        self.gut = 0.0
        self.dose = 0.0
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.dose = 0.5 * (float(np.clip(action[0], -1, 1)) + 1.0)
        self.insulin = np.roll(self.insulin, 1)
        self.insulin[0] = self.dose
        if self.np_random.random() < 0.012:
            self.gut += float(self.np_random.uniform(20, 80))
        absorbed = 0.06 * self.gut
        self.gut -= absorbed
        self.glucose += absorbed + 1.0 - 2.5 * self.sensitivity * self.insulin[-6:].mean()
        self.t += 1
        in_range = 70 <= self.glucose <= 180
        severe = self.glucose < 40 or self.glucose > 400
        reward = 1.0 if in_range else -0.5
        return self._obs(), reward - 20.0 * severe, severe, self.t >= self.horizon, {}

    def _obs(self):
        reading = self.glucose + float(self.np_random.normal(0, 6))
        return np.array([(reading - 120) / 80, self.dose], dtype=np.float32)
