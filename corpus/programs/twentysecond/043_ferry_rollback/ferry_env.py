import gymnasium as gym
import numpy as np


class FerryDocking(gym.Env):
    """Double-ended ferry approaching a berth in wind and current that are not observed."""

    def __init__(self, max_steps=500):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (6,), np.float32)
        self.action_space = gym.spaces.Box(-1.0, 1.0, (3,), np.float32)  # bow, stern, main
        self.max_steps = max_steps

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        r = self.np_random
        self.pos = np.array([r.uniform(-120, -80), r.uniform(-30, 30), r.uniform(-0.4, 0.4)])
        self.vel = np.array([2.0, 0.0, 0.0])
        self.drift = np.array([r.normal(0, 0.02), r.normal(0, 0.05), 0.0])
        self.steps = 0
        return self._obs(), {}

    def _obs(self):
        return np.concatenate([self.pos / [100, 30, 1], self.vel]).astype(np.float32)

    def step(self, action):
        bow, stern, main = np.clip(action, -1, 1)
        c, s = np.cos(self.pos[2]), np.sin(self.pos[2])
        surge, sway, yaw = 0.08 * main, 0.04 * (bow + stern), 0.004 * (bow - stern)
        acc = np.array([c * surge - s * sway, s * surge + c * sway, yaw])
        self.vel = 0.985 * self.vel + acc + 0.05 * self.drift
        before = np.linalg.norm(self.pos[:2])
        self.pos = self.pos + self.vel
        self.steps += 1
        dist = np.linalg.norm(self.pos[:2])
        reward = 0.1 * (before - dist) - 0.02 * abs(self.pos[2])
        docked = dist < 2.0
        if docked:
            reward += 10.0 - 10.0 * np.linalg.norm(self.vel[:2])
        missed = self.pos[0] > 10
        if missed:
            reward -= 10.0
        return self._obs(), float(reward), bool(docked or missed), self.steps >= self.max_steps, {}
