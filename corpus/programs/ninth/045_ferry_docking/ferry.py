import gymnasium as gym
import numpy as np


class FerryEnv(gym.Env):
    """Bring a small car ferry to the ramp in a cross current that cannot be measured."""

    def __init__(self, max_steps=250):
        self.max_steps = max_steps
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (2,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.pos = np.array([self.np_random.uniform(-20, 20), 100.0])
        self.vel = np.zeros(2)
        self.current = self.np_random.normal(0, 0.4)
        self.steps = 0
        return self._obs(), {}

    def _obs(self):
        return np.array([self.pos[0] / 20, self.pos[1] / 100, self.steps / self.max_steps], dtype=np.float32)

    def step(self, action):
        self.vel = 0.9 * self.vel + 0.15 * np.asarray(action, dtype=float)
        self.pos[0] += self.vel[0] + 0.2 * self.current
        self.pos[1] -= self.vel[1]
        self.steps += 1
        reward = -0.01 - 0.001 * abs(self.pos[0])
        docked = self.pos[1] <= 0
        if docked:
            reward += 10.0 - abs(self.pos[0]) - 5.0 * max(0.0, self.vel[1] - 0.3)
        return self._obs(), float(reward), bool(docked), self.steps >= self.max_steps, {"docked": bool(docked)}
