import gymnasium as gym
import numpy as np


class MushroomRoom(gym.Env):
    """Oyster mushroom room. Flushes follow each other, the room is never cleared."""

    def __init__(self, seed=0):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Discrete(9)  # (fan low/mid/high) x (mist off/short/long)
        self.rng = np.random.default_rng(seed)
        self.recent_yield = 0.0

    def reset(self, *, seed=None, options=None):
        if seed is not None:
            self.rng = np.random.default_rng(seed)
        self.temp, self.rh, self.co2 = 18.0, 0.85, 1200.0
        self.mycelium, self.caps = 0.5, 0.0
        return self._obs(), {}

    def _obs(self):
        noisy = np.array([self.temp / 25, self.rh, self.co2 / 2000, self.caps, self.mycelium])
        noisy[4] = 0.0  # not measured
        return (noisy + self.rng.normal(0, 0.01, 5)).astype(np.float32)

    def step(self, action):
        fan, mist = divmod(int(action), 3)
        self.co2 += 80 - 90 * fan + self.rng.normal(0, 10)
        self.co2 = float(np.clip(self.co2, 400, 5000))
        self.rh = float(np.clip(self.rh + 0.02 * mist - 0.015 * fan - 0.005, 0.4, 1.0))
        self.temp += 0.1 * (18 - self.temp) - 0.15 * fan + self.rng.normal(0, 0.1)
        fit = np.exp(-((self.co2 - 900) / 600) ** 2) * np.exp(-((self.rh - 0.9) / 0.08) ** 2)
        self.mycelium = float(np.clip(self.mycelium + 0.002 - 0.01 * self.caps, 0, 1))
        self.caps = float(self.caps + 0.01 * fit * self.mycelium)
        reward = float(fit * self.mycelium) - 0.02 * fan - 0.02 * mist
        if self.caps > 1.0:
            reward += 10.0
            self.caps = 0.0
        self.recent_yield = 0.999 * self.recent_yield + 0.001 * reward
        return self._obs(), reward, False, False, {}
