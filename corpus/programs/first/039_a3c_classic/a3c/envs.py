import gym
import numpy as np


def create_atari_env(env_id):
    env = gym.make(env_id)
    return env
