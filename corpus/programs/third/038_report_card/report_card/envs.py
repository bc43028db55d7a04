import gymnasium as gym
import numpy as np


class Flicker(gym.ObservationWrapper):
    """Blanks the observation with probability p, so memory is needed."""

    def __init__(self, env, p=0.5):
        super().__init__(env)
        self.p = p

    def observation(self, observation):
        if self.np_random.random() < self.p:
            return np.zeros_like(observation)
        return observation


def make(env_id, p=0.5, render=None):
    return Flicker(gym.make(env_id, render_mode=render), p)
