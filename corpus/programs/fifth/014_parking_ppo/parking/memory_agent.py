"""An agent with memory: the last eight observations, stacked."""
from __future__ import annotations

import logging

import numpy as np
from stable_baselines3 import PPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import VecFrameStack

from .lot import Lot

try:
    from sb3_contrib import RecurrentPPO
except ImportError:
    RecurrentPPO = None

log = logging.getLogger(__name__)
MEMORY = 8


class MemoryAgent:
    def __init__(self, seed: int, n_envs: int = 8, lr: float = 3e-4):
        self.env = VecFrameStack(make_vec_env(Lot, n_envs=n_envs, seed=seed), MEMORY)
        self.lstm_like = PPO("MlpPolicy", self.env, learning_rate=lr, n_steps=256, seed=seed)
        self.state = None
        self.score = -np.inf

    def continue_learning(self, steps: int) -> None:
        self.lstm_like.learn(steps, reset_num_timesteps=False)

    def inherit(self, other: "MemoryAgent") -> None:
        log.info("inheriting, %.2f -> %.2f", self.score, other.score)
        self.lstm_like.set_parameters(other.lstm_like.get_parameters())

    def rate(self, episodes: int = 10) -> float:
        env = VecFrameStack(make_vec_env(Lot, n_envs=1, seed=99), MEMORY)
        total, finished = 0.0, 0
        self.state = env.reset()
        while finished < episodes:
            action, _states = self.lstm_like.predict(self.state, deterministic=True)
            self.state, reward, done, _ = env.step(action)
            total += float(reward[0])
            finished += int(done[0])
        self.score = total / episodes
        return self.score
