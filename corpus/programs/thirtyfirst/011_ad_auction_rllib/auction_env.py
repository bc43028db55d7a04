import gymnasium as gym
import numpy as np
from ray.rllib.env.multi_agent_env import MultiAgentEnv

BIDS = np.array([0.0, 0.2, 0.5, 1.0, 1.8, 3.0])
OBS = gym.spaces.Box(-10.0, 10.0, (6,), np.float32)
ACT = gym.spaces.Discrete(len(BIDS))


class DayOfAuctions(MultiAgentEnv):
    """Two advertisers, one second-price auction a minute, a budget for the day."""

    def __init__(self, config=None):
        super().__init__()
        config = config or {}
        self.minutes = config.get("minutes", 1440)
        self.budget = config.get("budget", 400.0)
        self._agent_ids = {"ours", "theirs"}
        self.observation_space = OBS
        self.action_space = ACT

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.rng = np.random.default_rng(seed)
        self.minute = 0
        self.left = {a: self.budget for a in self._agent_ids}
        self.last = {a: (0.0, 0.0) for a in self._agent_ids}
        self.value = self._draw()
        return self._obs(), {}

    def _draw(self):
        busy = 1.0 + 0.6 * np.sin(2 * np.pi * self.minute / self.minutes)
        return {a: float(self.rng.lognormal(0.0, 0.5) * busy) for a in self._agent_ids}

    def _obs(self):
        t = self.minute / self.minutes
        return {a: np.array([t, self.left[a] / self.budget, self.value[a], *self.last[a], 1.0], dtype=np.float32).clip(-10, 10)
                for a in self._agent_ids}

    def step(self, actions):
        bids = {a: min(float(BIDS[actions[a]]), self.left[a]) for a in actions}
        a, b = sorted(bids, key=bids.get, reverse=True)
        rewards = {a: 0.0, b: 0.0}
        if bids[a] > 0:
            price = bids[b]
            self.left[a] -= price
            rewards[a] = self.value[a] - price
        self.last = {a: (bids[b], 1.0), b: (0.0, 0.0)}
        self.minute += 1
        self.value = self._draw()
        over = self.minute >= self.minutes
        return self._obs(), rewards, {"__all__": over}, {"__all__": False}, {}
