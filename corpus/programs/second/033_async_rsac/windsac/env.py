import numpy as np


class WindEnv:
    """Point mass pushed by a wind that is never observed; continuous two-dimensional force."""

    obs_dim = 4
    act_dim = 2

    def __init__(self, seed=0, max_steps=200, wind_scale=0.6):
        self.rng = np.random.default_rng(seed)
        self.max_steps = max_steps
        self.wind_scale = wind_scale
        self.pos = np.zeros(2)
        self.goal = np.zeros(2)
        self.wind = np.zeros(2)
        self.vel = np.zeros(2)
        self.k = 0

    def reset(self):
        self.pos = self.rng.uniform(-1, 1, size=2)
        self.goal = self.rng.uniform(-1, 1, size=2)
        self.vel = np.zeros(2)
        angle = self.rng.uniform(0, 2 * np.pi)
        self.wind = self.wind_scale * np.array([np.cos(angle), np.sin(angle)])
        self.k = 0
        return self._obs()

    def _obs(self):
        return np.concatenate([self.pos, self.goal - self.pos]).astype(np.float32)

    def step(self, action):
        force = np.clip(np.asarray(action, dtype=np.float64), -1.0, 1.0)
        self.vel = 0.9 * self.vel + 0.05 * (force + self.wind)
        self.pos = np.clip(self.pos + self.vel, -2.0, 2.0)
        self.k += 1
        dist = float(np.linalg.norm(self.goal - self.pos))
        reward = -dist - 0.01 * float(force @ force)
        terminated = dist < 0.05
        truncated = self.k >= self.max_steps
        return self._obs(), reward, terminated, truncated, {"distance": dist}
