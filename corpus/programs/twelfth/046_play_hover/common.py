import gymnasium as gym
import numpy as np
from PyFlyt import gym_envs  # noqa: F401


class NoisyAttitude(gym.ObservationWrapper):
    """Drops the linear velocity and adds sensor noise."""

    def __init__(self, env, sigma=0.02):
        super().__init__(env)
        self.sigma = sigma
        n = env.observation_space.shape[0]
        self.idx = np.array([i for i in range(n) if i not in (7, 8, 9)])
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (len(self.idx),), np.float64)

    def observation(self, obs):
        obs = obs[self.idx]
        return obs + self.np_random.normal(0.0, self.sigma, obs.shape)


def make_hover(render_mode=None, sigma=0.02):
    env = gym.make("PyFlyt/QuadX-Hover-v4", render_mode=render_mode, flight_dome_size=4.0)
    return NoisyAttitude(env, sigma)
