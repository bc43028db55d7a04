import gymnasium as gym
import numpy as np


class HideVelocity(gym.ObservationWrapper):
    """Drops every second component of a CartPole-like observation."""

    def __init__(self, env):
        super().__init__(env)
        space = env.observation_space
        self.keep = np.arange(0, space.shape[0], 2)
        self.observation_space = gym.spaces.Box(space.low[self.keep], space.high[self.keep], dtype=space.dtype)

    def observation(self, observation):
        return observation[self.keep]
