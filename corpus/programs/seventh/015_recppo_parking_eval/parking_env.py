import gymnasium as gym
import numpy as np
from gymnasium import spaces


class ParkingEnv(gym.Env):
    """Back a car into a bay; the bay's number is shown only in the first second."""

    metadata = {"render_modes": []}

    def __init__(self, bays=5, max_steps=200):
        self.bays = bays
        self.max_steps = max_steps
        self.observation_space = spaces.Box(-np.inf, np.inf, shape=(5,), dtype=np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, shape=(2,), dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.zeros(2)
        self.heading = 0.0
        self.goal = int(self.np_random.integers(self.bays))
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        shown = (self.goal + 1) / self.bays if self.t < 10 else 0.0
        return np.array([*self.pos, np.sin(self.heading), np.cos(self.heading), shown], dtype=np.float32)

    def step(self, action):
        throttle, steer = np.clip(action, -1, 1)
        self.heading += 0.2 * float(steer)
        self.pos += 0.2 * float(throttle) * np.array([np.cos(self.heading), np.sin(self.heading)])
        self.t += 1
        target = np.array([4.0, 2.0 * (self.goal - self.bays // 2)])
        dist = float(np.linalg.norm(self.pos - target))
        parked = dist < 0.4
        reward = 10.0 if parked else -0.01 * dist
        return self._obs(), reward, parked, self.t >= self.max_steps, {"parked": parked}
