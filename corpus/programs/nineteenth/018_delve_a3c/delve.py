import gymnasium as gym
import minihack  # noqa: F401
import numpy as np
import torch
from nle import nethack

ACTIONS = tuple(nethack.CompassDirection) + (nethack.Command.EAT, nethack.Command.SEARCH)


def make_env(name, seed):
    env = gym.make(name, observation_keys=("chars_crop", "blstats"), obs_crop_h=7, obs_crop_w=7,
                   actions=ACTIONS, max_episode_steps=250)
    env.reset(seed=seed)
    return env


def encode(obs):
    chars = obs["chars_crop"].astype(np.int64)
    hp = obs["blstats"][10] / max(1, obs["blstats"][11])
    return torch.from_numpy(chars), torch.tensor([hp, obs["blstats"][12] / 10], dtype=torch.float32)
