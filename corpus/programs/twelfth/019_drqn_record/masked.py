import gymnasium as gym
import numpy as np


class PositionOnlyCar(gym.ObservationWrapper):
    """MountainCar without the velocity, the network has to work it out."""

    def __init__(self, env):
        super().__init__(env)
        low, high = env.observation_space.low[:1], env.observation_space.high[:1]
        self.observation_space = gym.spaces.Box(low, high, dtype=np.float32)

    def observation(self, observation):
        return observation[:1].astype(np.float32)
