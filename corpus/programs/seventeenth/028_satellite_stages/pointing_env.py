import gymnasium as gym
import numpy as np
from gymnasium import spaces


class PointingEnv(gym.Env):
    """Single axis slew with a reaction wheel, optionally with a flexible panel."""

    dt = 0.25

    def __init__(self, slew_deg=5.0, wheel_friction=0.0, flex=False, limit=2400):
        self.slew = np.deg2rad(slew_deg)
        self.friction = wheel_friction
        self.flex = flex
        self.limit = limit
        self.observation_space = spaces.Box(-np.inf, np.inf, (2,), np.float32)
        self.action_space = spaces.Box(-1.0, 1.0, (1,), np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.theta = self.np_random.uniform(-self.slew, self.slew)
        self.omega = self.wheel = self.q = self.dq = 0.0
        self.inertia = self.np_random.uniform(8.0, 12.0)
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        noise = self.np_random.normal(0, 1e-4)
        return np.array([self.theta + noise, self.wheel / 100.0], dtype=np.float32)

    def step(self, action):
        torque = 0.2 * float(np.clip(action[0], -1, 1)) - self.friction * np.sign(self.wheel)
        acc = -torque / self.inertia
        if self.flex:
            self.dq += self.dt * (-0.8 * self.q - 0.01 * self.dq - acc)
            self.q += self.dt * self.dq
            acc += 0.05 * self.q
        self.omega += self.dt * acc
        self.theta += self.dt * self.omega
        self.wheel += self.dt * torque * 10.0
        self.t += 1
        reward = np.exp(-50.0 * abs(self.theta)) / self.limit
        lost = abs(self.theta) > np.pi
        return self._obs(), float(reward), bool(lost), self.t >= self.limit, {}
