from typing import Any, Dict, Optional, Tuple

import gymnasium as gym
import numpy as np
from gymnasium.spaces import Box


class TurbineEnv(gym.Env):
    """Pitch control in gusts. The rotor speed is seen, the wind is not."""

    def __init__(self, horizon: int = 1000, gustiness: float = 0.3):
        self.horizon = horizon
        self.gustiness = gustiness
        self.observation_space = Box(-10, 10, (2,), np.float32)
        self.action_space = Box(-1, 1, (1,), np.float32)

    def _obs(self) -> np.ndarray:
        return np.array([self.omega - 1.0, self.pitch], np.float32)

    def reset(self, *, seed: Optional[int] = None, options: Optional[Dict[str, Any]] = None):
        super().reset(seed=seed)
        self.t, self.omega, self.pitch, self.wind = 0, 1.0, 0.3, 1.0
        return self._obs(), {}

    def step(self, action) -> Tuple[np.ndarray, float, bool, bool, Dict[str, Any]]:
        self.t += 1
        self.wind += 0.02 * (1.0 - self.wind) + self.gustiness * 0.1 * self.np_random.normal()
        self.pitch = float(np.clip(self.pitch + 0.05 * float(action[0]), 0.0, 1.0))
        self.omega += 0.05 * (self.wind * (1.3 - self.pitch) - self.omega)
        self.omega = float(np.clip(self.omega, 0.0, 3.0))
        broke = self.omega > 2.2
        reward = 1.0 - abs(self.omega - 1.0) - (50.0 if broke else 0.0)
        return self._obs(), reward, broke, self.t >= self.horizon, {}
