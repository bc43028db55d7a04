"""Data-centre cooling, partially observed racks. Trains while teachers arrive from the cluster."""
import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from callbacks import FollowTeacher

RACKS = 6


class Racks(gym.Env):
    def __init__(self):
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (RACKS // 2,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([3] * RACKS)

    def reset(self, seed=None, options=None):
        super().reset(seed=seed)
        self.heat = self.np_random.uniform(20, 26, RACKS)
        self.t = 0
        return self.heat[::2].astype(np.float32), {}

    def step(self, a):
        load = self.np_random.gamma(2.0, 0.2, RACKS)
        self.heat += load - 0.35 * np.asarray(a)
        self.t += 1
        r = -np.maximum(self.heat - 27, 0).sum() - 0.02 * np.sum(a)
        return self.heat[::2].astype(np.float32), float(r), bool((self.heat > 45).any()), self.t == 2000, {}


if __name__ == "__main__":
    venv = make_vec_env(Racks, 16)
    agent = RecurrentPPO("MlpLstmPolicy", venv, n_steps=250, batch_size=500, verbose=1)
    agent.learn(5_000_000, callback=FollowTeacher("teachers", verbose=1))
    agent.save("cooling")
