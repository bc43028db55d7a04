import gymnasium as gym
import numpy as np
from gymnasium import spaces


class ReachArm(gym.Env):
    """Planar three joint arm. The target is only shown for the first 15 steps."""

    links = np.array([0.5, 0.35, 0.2])

    def __init__(self, horizon=150, shown=15):
        self.horizon = horizon
        self.shown = shown
        self.observation_space = spaces.Box(-np.inf, np.inf, (9,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (3,), np.float32)

    def tip(self):
        ang = np.cumsum(self.q)
        return np.array([np.sum(self.links * np.cos(ang)), np.sum(self.links * np.sin(ang))])

    def _obs(self):
        seen = self.t < self.shown
        target = self.target if seen else np.zeros(2)
        return np.concatenate([self.q, self.dq, target, [float(seen)]]).astype(np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.q = self.np_random.uniform(-1.0, 1.0, 3)
        self.dq = np.zeros(3)
        r, phi = self.np_random.uniform(0.3, 0.95), self.np_random.uniform(-np.pi, np.pi)
        self.target = np.array([r * np.cos(phi), r * np.sin(phi)])
        self.t = 0
        return self._obs(), {}

    def step(self, action):
        self.dq = 0.9 * self.dq + 0.1 * np.clip(action, -1, 1)
        self.q = self.q + 0.1 * self.dq
        self.t += 1
        dist = np.linalg.norm(self.tip() - self.target)
        reward = -dist - 0.01 * float(np.square(action).sum())
        return self._obs(), float(reward), bool(dist < 0.02), self.t >= self.horizon, {"dist": dist}
