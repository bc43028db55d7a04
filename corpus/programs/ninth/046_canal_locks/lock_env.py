import gymnasium as gym
import numpy as np
from gymnasium import spaces


class CanalLock(gym.Env):
    """Narrowboats arrive on both sides of a lock, the keeper hears their horns but does not see the queues."""

    def __init__(self, hours=12):
        super().__init__()
        self.ticks = hours * 12
        self.observation_space = spaces.Dict(
            {
                "horn": spaces.MultiBinary(2),
                "chamber": spaces.Box(0.0, 1.0, (1,), np.float32),
                "clock": spaces.Box(0.0, 1.0, (1,), np.float32),
            }
        )
        self.action_space = spaces.Discrete(4)  # wait, fill, empty, open the gate

    def _get_obs(self):
        return {
            "horn": self.horn.astype(np.int8),
            "chamber": np.array([self.level], dtype=np.float32),
            "clock": np.array([self.t / self.ticks], dtype=np.float32),
        }

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.level = 0.0
        self.queue = np.zeros(2, dtype=int)
        self.horn = np.zeros(2, dtype=int)
        self.rates = self.np_random.uniform(0.05, 0.2, size=2)
        return self._get_obs(), {}

    def step(self, action):
        reward = -0.02 * self.queue.sum()
        if action == 1:
            self.level = min(1.0, self.level + 0.5)
        elif action == 2:
            self.level = max(0.0, self.level - 0.5)
        elif action == 3 and self.level in (0.0, 1.0):
            side = int(self.level)
            through = min(2, self.queue[side])
            self.queue[side] -= through
            reward += through
        self.horn = (self.np_random.random(2) < self.rates).astype(int)
        self.queue += self.horn
        self.t += 1
        return self._get_obs(), float(reward), False, self.t >= self.ticks, {"waiting": int(self.queue.sum())}
