import gymnasium as gym
import numpy as np


class NoisyPositions(gym.ObservationWrapper):
    """Keeps joint positions only, adds noise."""

    def __init__(self, env, n_pos, sigma=0.02):
        super().__init__(env)
        self.n_pos = n_pos
        self.sigma = sigma
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (n_pos,), np.float64)

    def observation(self, observation):
        return observation[: self.n_pos] + self.np_random.normal(0, self.sigma, self.n_pos)


class DelayedReward(gym.Wrapper):
    def __init__(self, env, every=20):
        super().__init__(env)
        self.every = every
        self.acc = 0.0
        self.n = 0

    def reset(self, **kwargs):
        self.acc, self.n = 0.0, 0
        return self.env.reset(**kwargs)

    def step(self, action):
        obs, reward, term, trunc, info = self.env.step(action)
        self.acc += reward
        self.n += 1
        if self.n % self.every == 0 or term or trunc:
            reward, self.acc = self.acc, 0.0
        else:
            reward = 0.0
        return obs, reward, term, trunc, info


def make(env_id, n_pos, delayed):
    def thunk():
        env = NoisyPositions(gym.make(env_id), n_pos)
        return DelayedReward(env) if delayed else env

    return thunk
