from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .agent import DRQNAgent
from .rooms import Room


@dataclass
class Report:
    episodes: int
    mean_return: float
    mean_cleaned: float

    def __str__(self) -> str:
        return f"{self.episodes} rooms: return {self.mean_return:.2f}, {self.mean_cleaned:.1f} cells"


def evaluate(agent: DRQNAgent, episodes: int = 20, seed: int = 10_000) -> Report:
    env = Room()
    returns, cleaned = [], []
    for k in range(episodes):
        obs, info = env.reset(seed=seed + k)
        done, total = False, 0.0
        while not done:
            action = agent.act(obs)
            obs, reward, terminated, truncated, info = env.step(action)
            done = terminated or truncated
            total += reward
        returns.append(total)
        cleaned.append(info["cleaned"])
    return Report(episodes, float(np.mean(returns)), float(np.mean(cleaned)))
