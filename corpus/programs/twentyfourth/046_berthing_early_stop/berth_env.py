import gymnasium as gym
import numpy as np


class BerthEnv(gym.Env):
    """Ro-ro ferry reverses on to a link span: rudder and engine order, current from the side."""

    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Box(-1, 1, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.range, self.side, self.yaw = 80.0, self.np_random.normal(0, 6), self.np_random.normal(0, 0.2)
        self.speed, self.tide, self.n = 1.5, self.np_random.normal(0, 0.1), 0
        return self._o(), {}

    def _o(self):
        return np.array([self.range / 80, self.side / 10, np.sin(self.yaw), self.speed, self.n / 150], np.float32)

    def step(self, a):
        rudder, engine = np.clip(a, -1, 1)
        self.speed += 0.05 * engine - 0.01 * self.speed
        self.yaw += 0.04 * rudder * self.speed
        self.range -= self.speed * np.cos(self.yaw)
        self.side += self.speed * np.sin(self.yaw) + self.tide
        self.n += 1
        landed = self.range <= 0
        reward = -0.01 * abs(self.side)
        if landed:
            reward += 5 - abs(self.side) - 3 * max(0, self.speed - 0.4)
        return self._o(), float(reward), bool(landed), self.n >= 150, {}
