from typing import Optional

import gymnasium as gym
import numpy as np
from sample_factory.envs.env_utils import register_env


class LightKeeper(gym.Env):
    """Press the lever that lit up N steps ago."""

    def __init__(self, levers=4, delay=6, length=300, render_mode: Optional[str] = None):
        self.levers, self.delay, self.length = levers, delay, length
        self.observation_space = gym.spaces.Box(0.0, 1.0, (levers,), np.float32)
        self.action_space = gym.spaces.Discrete(levers)
        self.render_mode = render_mode

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.seq = self.np_random.integers(self.levers, size=self.length + 1)
        self.t = 0
        return self._obs(), {}

    def _obs(self):
        o = np.zeros(self.levers, dtype=np.float32)
        o[self.seq[self.t]] = 1.0
        return o

    def step(self, action):
        right = self.t >= self.delay and action == self.seq[self.t - self.delay]
        self.t += 1
        return self._obs(), float(right), False, self.t >= self.length, {}


def make_env_func(full_env_name, cfg=None, env_config=None, render_mode=None):
    return LightKeeper(delay=int(full_env_name.split("-")[-1]), render_mode=render_mode)


def register():
    for delay in (2, 6, 12):
        register_env(f"lightkeeper-{delay}", make_env_func)
