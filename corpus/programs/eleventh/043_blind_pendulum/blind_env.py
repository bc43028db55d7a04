import gymnasium as gym
import numpy as np
from gymnasium import spaces


class NoVelocity(gym.ObservationWrapper):
    def __init__(self, env):
        super().__init__(env)
        self.observation_space = spaces.Box(-1.0, 1.0, (2,), np.float32)

    def observation(self, observation):
        return observation[:2].astype(np.float32)


def make(render_mode=None):
    return NoVelocity(gym.make("Pendulum-v1", render_mode=render_mode))
