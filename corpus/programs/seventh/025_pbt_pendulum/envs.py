"""Pendulum without the velocity channel: the policy has to remember."""
import gymnasium as gym
import numpy as np
from gymnasium import spaces
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecEnv


class HideVelocity(gym.ObservationWrapper):
    def __init__(self, env: gym.Env):
        super().__init__(env)
        low = env.observation_space.low[:2]
        high = env.observation_space.high[:2]
        self.observation_space = spaces.Box(low=low, high=high, dtype=np.float32)

    def observation(self, observation):
        return observation[:2].astype(np.float32)


def make_pendulum(n_envs: int, seed: int) -> VecEnv:
    return make_vec_env("Pendulum-v1", n_envs=n_envs, seed=seed, wrapper_class=HideVelocity)
