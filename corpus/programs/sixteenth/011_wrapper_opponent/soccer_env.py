import random
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch
import torch.nn as nn


class GruBrain(nn.Module):
    def __init__(self, obs_dim, act_dim, size=128):
        super().__init__()
        self.pre = nn.Linear(obs_dim, size)
        self.gru = nn.GRU(size, size)
        self.mu = nn.Linear(size, act_dim)

    def forward(self, obs, mem):
        x = torch.relu(self.pre(obs)).view(1, 1, -1)
        y, mem = self.gru(x, mem)
        return torch.tanh(self.mu(y[0, 0])), mem


class VersusEnv(gym.Wrapper):
    """Turns the two player soccer game into a one player env with a learned rival."""

    def __init__(self, env, league_dir, swap_prob=0.5):
        super().__init__(env)
        self.league = Path(league_dir)
        self.swap_prob = swap_prob
        single_obs, single_act = env.observation_space[0], env.action_space[0]
        self.observation_space, self.action_space = single_obs, single_act
        self.rival = GruBrain(single_obs.shape[0], single_act.shape[0])
        self.memory = None
        self.rival_obs = None
        self.rival_name = "init"

    def use_rival(self, path):
        self.rival.load_state_dict(torch.load(path, map_location="cpu"))
        self.rival.eval()
        self.rival_name = Path(path).stem

    def reset(self, **kwargs):
        files = sorted(self.league.glob("*.pt"))
        if files and random.random() < self.swap_prob:
            self.use_rival(random.choice(files))
        self.memory = None
        (mine, self.rival_obs), info = self.env.reset(**kwargs)
        return mine, info

    def step(self, action):
        with torch.no_grad():
            x = torch.as_tensor(self.rival_obs, dtype=torch.float32)
            rival_act, self.memory = self.rival(x, self.memory)
        acts = (action, rival_act.numpy().astype(np.float32))
        (mine, self.rival_obs), rewards, term, trunc, info = self.env.step(acts)
        info["rival"] = self.rival_name
        return mine, rewards[0], term, trunc, info
