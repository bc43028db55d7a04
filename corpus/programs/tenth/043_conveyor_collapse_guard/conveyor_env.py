import gymnasium as gym
import numpy as np
from gymnasium import spaces


class ConveyorEnv(gym.Env):
    """Parcels pass a camera, later reach the pusher; three chutes."""

    def __init__(self, delay=4, length=300):
        self.delay, self.length = delay, length
        self.observation_space = spaces.Box(0, 1, (4,), np.float32)
        self.action_space = spaces.Discrete(3)

    def _obs(self):
        o = np.zeros(4, np.float32)
        o[self.belt[0]] = 1.0
        o[3] = self.t / self.length
        return o

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.belt = list(self.np_random.integers(0, 3, self.delay))
        return self._obs(), {}

    def step(self, action):
        parcel = self.belt.pop()
        reward = 1.0 if action == parcel else -0.2
        self.belt.insert(0, int(self.np_random.integers(0, 3)))
        self.t += 1
        return self._obs(), reward, False, self.t >= self.length, {}
