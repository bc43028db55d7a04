"""A bot whose skill is a number: its weights lie on the line between a novice and an expert."""

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class Driver(nn.Module):
    def __init__(self, n_in, n_out, n_hid=80):
        super(Driver, self).__init__()
        self.inp = nn.Linear(n_in, n_hid)
        self.gru = nn.GRUCell(n_hid, n_hid)
        self.out = nn.Linear(n_hid, n_out)

    def forward(self, x, h):
        h = self.gru(torch.relu(self.inp(x)), h)
        return torch.tanh(self.out(h)), h


class RubberBandRival(gym.Wrapper):
    """
    Adds a second kart that is driven by a net. The gap to the player sets how
    well the rival drives, so that races stay close.
    """

    def __init__(self, env, novice, expert, every=120):
        super().__init__(env)
        n_in = env.observation_space["rival"].shape[0]
        n_out = env.action_space["rival"].shape[0]
        self.action_space = env.action_space["player"]
        self.observation_space = env.observation_space["player"]
        self._novice = torch.load(novice, map_location="cpu")
        self._expert = torch.load(expert, map_location="cpu")
        self.driver = Driver(n_in, n_out)
        self.driver.eval()
        self._every = every
        self._skill = 0.5
        self._set_skill(0.5)
        self._h = None
        self._t = 0

    def _set_skill(self, skill):
        self._skill = float(np.clip(skill, 0.0, 1.0))
        with torch.no_grad():
            for name, p in self.driver.named_parameters():
                p.copy_(torch.lerp(self._novice[name], self._expert[name], self._skill))

    def reset(self, **kwargs):
        obs, info = self.env.reset(**kwargs)
        self._h = torch.zeros(1, self.driver.gru.hidden_size)
        self._t = 0
        self._rival_obs = obs["rival"]
        return obs["player"], info

    def step(self, action):
        with torch.no_grad():
            x = torch.as_tensor(self._rival_obs, dtype=torch.float32)[None]
            rival, self._h = self.driver(x, self._h)
        obs, reward, term, trunc, info = self.env.step({"player": action, "rival": rival[0].numpy()})
        self._rival_obs = obs["rival"]
        self._t += 1
        if self._t % self._every == 0:
            gap = info["player_progress"] - info["rival_progress"]
            self._set_skill(self._skill + 0.25 * np.sign(gap))
        info["rival_skill"] = self._skill
        return obs["player"], reward, term, trunc, info
