"""Anything that can look at a store and order goods."""
from abc import ABC, abstractmethod

import numpy as np
from sb3_contrib import RecurrentPPO


class Agent(ABC):
    def reset(self) -> None:
        """A new year begins."""

    @abstractmethod
    def order(self, obs: np.ndarray) -> np.ndarray: ...


class BaseStock(Agent):
    def __init__(self, level: float):
        self.level = level

    def order(self, obs):
        position = obs[0] + obs[1]
        return np.array([max(0.0, self.level - position)], dtype=np.float32)


class RecurrentAgent(Agent):
    def __init__(self, path: str, deterministic: bool = True):
        self.model = RecurrentPPO.load(path, device="cpu")
        self.deterministic = deterministic
        self.reset()

    def reset(self):
        self.lstm_states = None
        self.episode_start = np.ones((1,), dtype=bool)

    def order(self, obs):
        action, _ = self.model.predict(
            obs,
            state=self.lstm_states,
            episode_start=self.episode_start,
            deterministic=self.deterministic,
        )
        self.episode_start = np.zeros((1,), dtype=bool)
        return action
