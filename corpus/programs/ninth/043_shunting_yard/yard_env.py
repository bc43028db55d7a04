import gymnasium as gym
import numpy as np
from gymnasium import spaces


class ShuntingYardEnv(gym.Env):
    """Wagons roll down the hump, the point lever has to be in place before they arrive.

    The destination of a wagon is chalked on it and read once at the top of the hump.
    """

    def __init__(self, tracks: int = 4, wagons: int = 30, slope: int = 3):
        super().__init__()
        self.tracks, self.wagons, self.slope = tracks, wagons, slope
        self.observation_space = spaces.Box(0.0, 1.0, shape=(tracks + 2,), dtype=np.float32)
        self.action_space = spaces.Discrete(tracks)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.queue = []
        self.lever = 0
        self.sent = 0
        self._push()
        return self._obs(), {}

    def _push(self):
        self.queue.append(int(self.np_random.integers(self.tracks)))
        self.sent += 1

    def _obs(self):
        obs = np.zeros(self.tracks + 2, dtype=np.float32)
        obs[self.queue[-1]] = 1.0
        obs[-2] = self.lever / self.tracks
        obs[-1] = self.sent / (self.wagons + self.slope)
        return obs

    def step(self, action):
        reward = -0.02 * (action != self.lever)
        self.lever = int(action)
        if len(self.queue) > self.slope:
            reward += 1.0 if self.queue.pop(0) == self.lever else -1.0
        terminated = self.sent >= self.wagons + self.slope
        if not terminated:
            self._push()
        return self._obs(), reward, terminated, False, {}
