from __future__ import annotations

import functools

import numpy as np
from gymnasium.spaces import Box, Discrete
from pettingzoo import ParallelEnv


class FeederEnv(ParallelEnv):
    """Voltage control on a radial feeder: each substation has a tap changer and sees its own bus only."""

    metadata = {"name": "feeder_v0"}

    def __init__(self, n: int = 5, days: int = 7) -> None:
        self.possible_agents = [f"sub_{i}" for i in range(n)]
        self.n, self.horizon = n, days * 288

    @functools.lru_cache(maxsize=None)
    def observation_space(self, agent):
        return Box(-5.0, 5.0, (4,), np.float32)

    @functools.lru_cache(maxsize=None)
    def action_space(self, agent):
        return Discrete(3)

    def reset(self, seed=None, options=None):
        self.rng = np.random.default_rng(seed)
        self.agents = self.possible_agents[:]
        self.t = 0
        self.tap = np.zeros(self.n)
        self.load = self.rng.uniform(0.3, 0.8, self.n)
        return self._obs(), {a: {} for a in self.agents}

    def _volts(self):
        drop = np.cumsum(np.cumsum(self.load[::-1])[::-1]) * 0.012
        return 1.0 - drop + 0.01 * np.cumsum(self.tap)

    def _obs(self):
        v = self._volts()
        ph = 2 * np.pi * self.t / 288
        return {a: np.array([(v[i] - 1) * 20, self.tap[i] / 8, np.sin(ph), np.cos(ph)], np.float32) for i, a in enumerate(self.possible_agents)}

    def step(self, actions):
        for i, a in enumerate(self.possible_agents):
            self.tap[i] = np.clip(self.tap[i] + actions[a] - 1, -8, 8)
        self.t += 1
        shape = 0.55 + 0.25 * np.sin(2 * np.pi * (self.t - 70) / 288)
        self.load += 0.05 * (shape - self.load) + 0.01 * self.rng.normal(size=self.n)
        v = self._volts()
        viol = np.maximum(0, np.abs(v - 1) - 0.05)
        rew = {a: float(-100 * viol[i] - 0.1 * abs(actions[a] - 1)) for i, a in enumerate(self.possible_agents)}
        end = self.t >= self.horizon
        info = {a: {"violation": float(viol[i])} for i, a in enumerate(self.possible_agents)}
        trunc = {a: end for a in self.possible_agents}
        if end:
            self.agents = []
        return self._obs(), rew, {a: False for a in self.possible_agents}, trunc, info
