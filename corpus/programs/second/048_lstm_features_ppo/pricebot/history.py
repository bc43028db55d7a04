"""The lstm part of the project."""
import gymnasium as gym
import numpy as np


class LSTMLikeMemory(gym.Wrapper):
    """Appends leaky averages of the observation; called lstm_state in all our configs."""

    def __init__(self, env, rates=(0.5, 0.9, 0.98)):
        super().__init__(env)
        self.rates = np.array(rates, dtype=np.float32)
        n = env.observation_space.shape[0]
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, shape=(n * (1 + len(rates)),), dtype=np.float32)
        self.lstm_state = np.zeros((len(rates), n), dtype=np.float32)

    def _mix(self, obs):
        r = self.rates[:, None]
        self.lstm_state = r * self.lstm_state + (1 - r) * obs
        return np.concatenate([obs, self.lstm_state.ravel()]).astype(np.float32)

    def reset(self, **kwargs):
        obs, info = self.env.reset(**kwargs)
        self.lstm_state[:] = obs
        return self._mix(obs), info

    def step(self, action):
        obs, reward, terminated, truncated, info = self.env.step(action)
        return self._mix(obs), reward, terminated, truncated, info
