import gymnasium as gym
import numpy as np


class LiftDrillEnv(gym.Env):
    """A car is stuck between floors. Lower it by hand brake to a landing without overspeed."""

    def __init__(self, limit=300):
        self.limit = limit
        self.observation_space = gym.spaces.Box(-5, 5, (4,), np.float32)
        self.action_space = gym.spaces.Discrete(3)

    def _obs(self):
        blink = self.np_random.random() < 0.3
        return np.array([0.0 if blink else self.speed, self.brake, self.t / self.limit,
                         np.sin(self.pos * 6)], dtype=np.float32)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.t = 0
        self.load = self.np_random.uniform(0.2, 1.0)
        self.pos = self.np_random.uniform(0.5, 3.0)
        self.speed = 0.0
        self.brake = 1.0
        return self._obs(), {}

    def step(self, action):
        self.brake = float(np.clip(self.brake + 0.1 * (action - 1), 0, 1))
        self.speed += 0.05 * (self.load - 1.4 * self.brake)
        self.speed = max(0.0, self.speed)
        self.pos -= 0.05 * self.speed
        self.t += 1
        reward, term = -0.01, False
        if self.speed > 2.5:
            reward, term = -5.0, True
        elif self.pos <= 0:
            reward, term = 5.0 - 3 * self.speed, True
        return self._obs(), reward, term, self.t >= self.limit, {}
