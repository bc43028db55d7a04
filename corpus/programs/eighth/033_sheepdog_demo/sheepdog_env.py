import gymnasium as gym
import numpy as np


class SheepdogEnv(gym.Env):
    """Drive a flock into the pen. The dog only sees the sheep within its range."""

    def __init__(self, n_sheep=6, sight=0.5):
        self.n_sheep = n_sheep
        self.sight = sight
        self.observation_space = gym.spaces.Box(-2.0, 2.0, shape=(5,), dtype=np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, shape=(2,), dtype=np.float32)
        self.pen = np.array([0.9, 0.9])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.dog = np.zeros(2)
        self.sheep = self.np_random.uniform(-0.8, 0.8, size=(self.n_sheep, 2))
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        offsets = self.sheep - self.dog
        near = offsets[np.linalg.norm(offsets, axis=1) < self.sight]
        mean = near.mean(axis=0) if len(near) else np.zeros(2)
        return np.array([*self.dog, *mean, len(near) / self.n_sheep], dtype=np.float32)

    def step(self, action):
        self.dog = np.clip(self.dog + 0.06 * np.clip(action, -1, 1), -1, 1)
        away = self.sheep - self.dog
        distance = np.linalg.norm(away, axis=1, keepdims=True) + 1e-6
        self.sheep += 0.03 * away / distance * (distance < 0.3)
        self.sheep += 0.01 * (self.sheep.mean(axis=0) - self.sheep)
        self.sheep = np.clip(self.sheep, -1, 1)
        self.t += 1
        penned = np.linalg.norm(self.sheep - self.pen, axis=1) < 0.25
        done = bool(penned.all())
        return self._obs(), float(penned.mean() - 0.1), done, self.t >= 1000, {"penned": int(penned.sum())}
