import gymnasium as gym
import numpy as np


class PowerKnee(gym.Env):
    """Stairs and level ground; choose knee stiffness out of seven levels."""

    def __init__(self, horizon=800):
        self.horizon = horizon
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (5,), np.float32)
        self.action_space = gym.spaces.Discrete(7)

    def _obs(self):
        load = max(0.0, np.cos(self.phase)) + self.np_random.normal(0, 0.05)
        return np.array([self.angle, self.rate, load, np.sin(self.phase), self.last / 6], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.t, self.phase, self.last = 0, 0.0, 3
        self.angle, self.rate = 0.05, 0.0
        self.slope = self.np_random.choice([-1, 0, 1])
        return self._obs(), {}

    def step(self, action):
        self.last = int(action)
        self.phase += 0.06
        ideal = 3 + 2 * self.slope * np.cos(self.phase)
        self.rate = 0.9 * self.rate + 0.05 * (ideal - self.last)
        self.angle = float(np.clip(self.angle + 0.1 * self.rate, -1, 2))
        if self.np_random.random() < 0.005:
            self.slope = self.np_random.choice([-1, 0, 1])
        self.t += 1
        fall = self.angle > 1.5 or self.angle < -0.8
        reward = 1.0 - 0.2 * abs(ideal - self.last) - (10.0 if fall else 0.0)
        return self._obs(), float(reward), fall, self.t >= self.horizon, {}
