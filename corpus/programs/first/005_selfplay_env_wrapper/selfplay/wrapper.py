import glob
import random

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO


class OpponentEnv(gym.Wrapper):
    """Turns a 2 player env into a single agent one. Opponent = RecurrentPPO from disk."""

    def __init__(self, env, opp_path=None):
        super().__init__(env)
        self.observation_space = env.observation_space["p1"]
        self.action_space = env.action_space["p1"]
        self.opponent = RecurrentPPO.load(opp_path, device="cpu") if opp_path else None
        self.opp_states = None
        self.opp_start = np.ones((1,), dtype=bool)
        self._opp_obs = None

    def set_opponent(self, path):
        if self.opponent is None:
            self.opponent = RecurrentPPO.load(path, device="cpu")
        else:
            self.opponent.set_parameters(path, device="cpu")

    def reset(self, **kw):
        obs, info = self.env.reset(**kw)
        self._opp_obs = obs["p2"]
        self.opp_states = None
        self.opp_start = np.ones((1,), dtype=bool)
        return obs["p1"], info

    def step(self, action):
        if self.opponent is None:
            a2 = self.env.action_space["p2"].sample()
        else:
            a2, self.opp_states = self.opponent.predict(
                self._opp_obs, state=self.opp_states, episode_start=self.opp_start, deterministic=False
            )
            self.opp_start = np.zeros((1,), dtype=bool)
        obs, rew, term, trunc, info = self.env.step({"p1": action, "p2": a2})
        self._opp_obs = obs["p2"]
        return obs["p1"], rew["p1"], term, trunc, info
