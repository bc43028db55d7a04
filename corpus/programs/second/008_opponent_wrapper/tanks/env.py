"""Single-agent view of the duel: the other tank is a RecurrentPPO model inside the env."""
from __future__ import annotations

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO

from .arena import DuelArena


class SparringEnv(gym.Env):
    metadata = {"render_modes": []}

    def __init__(self, seed: int = 0, deterministic_opponent: bool = False):
        super().__init__()
        self.arena = DuelArena(seed=seed)
        self.observation_space = gym.spaces.Box(-5.0, 5.0, (DuelArena.OBS,), np.float32)
        self.action_space = gym.spaces.Discrete(DuelArena.ACTIONS)
        self.deterministic_opponent = deterministic_opponent
        self.opponent: RecurrentPPO | None = None
        self.opponent_name = "random"
        self.opp_state = None
        self.opp_start = np.ones((1,), dtype=bool)
        self._opp_obs = None
        self.score = {"win": 0, "loss": 0, "draw": 0}

    def give_opponent(self, path: str):
        self.opponent = RecurrentPPO.load(path, device="cpu")
        self.opponent_name = path

    def set_opponent(self, path: str):
        if self.opponent is None:
            self.give_opponent(path)
        else:
            self.opponent.set_parameters(path, device="cpu")
            self.opponent_name = path

    def _reply(self):
        if self.opponent is None:
            return int(self.action_space.sample())
        action, self.opp_state = self.opponent.predict(
            self._opp_obs,
            state=self.opp_state,
            episode_start=self.opp_start,
            deterministic=self.deterministic_opponent,
        )
        self.opp_start = np.zeros((1,), dtype=bool)
        return int(action)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        mine, self._opp_obs = self.arena.reset()
        self.opp_state = None
        self.opp_start = np.ones((1,), dtype=bool)
        return mine, {"opponent": self.opponent_name}

    def step(self, action):
        (mine, self._opp_obs), reward, done, info = self.arena.step(int(action), self._reply())
        truncated = done and not any(info["hit"])
        if done:
            key = "win" if reward > 0 else "loss" if reward < 0 else "draw"
            self.score[key] += 1
            info["outcome"] = key
            info["opponent"] = self.opponent_name
        return mine, reward, done and not truncated, truncated, info

    def pop_score(self):
        score, self.score = self.score, {"win": 0, "loss": 0, "draw": 0}
        return score
