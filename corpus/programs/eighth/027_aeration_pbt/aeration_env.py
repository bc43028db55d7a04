import gymnasium as gym
import numpy as np


class AerationEnv(gym.Env):
    """Blower control of an activated-sludge basin; only oxygen is measured."""

    def __init__(self, horizon=2880):
        self.horizon = horizon
        self.observation_space = gym.spaces.Box(-1.0, 5.0, shape=(3,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, shape=(1,), dtype=np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.oxygen = 2.0
        self.ammonium = 4.0
        self.phase = self.np_random.uniform(0, 2 * np.pi)
        return self._obs(), {}

    def _obs(self):
        day = 2 * np.pi * self.t / 480
        return np.array([self.oxygen / 4, np.sin(day), np.cos(day)], dtype=np.float32)

    def step(self, action):
        air = 0.5 * (float(np.clip(action[0], -1, 1)) + 1)
        load = 1.0 + 0.5 * np.sin(2 * np.pi * self.t / 480 + self.phase)
        uptake = 0.3 * self.ammonium * self.oxygen / (self.oxygen + 0.5)
        self.oxygen = float(np.clip(self.oxygen + 0.8 * air - 0.4 * uptake - 0.05, 0, 8))
        self.ammonium = float(np.clip(self.ammonium + 0.3 * load - uptake * 0.35, 0, 30))
        self.t += 1
        reward = -0.2 * air ** 3 - 0.1 * max(0.0, self.ammonium - 3.0)
        return self._obs(), reward, False, self.t >= self.horizon, {}
