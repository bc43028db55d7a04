"""RecurrentPPO for the launch section; rolls back to the best weights when the score collapses."""
import collections

import gymnasium as gym
import numpy as np
import torch as th
from gymnasium import spaces
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env


class LaunchEnv(gym.Env):
    def __init__(self, target=32.0):
        self.target = target
        self.observation_space = spaces.Box(-5, 5, (3,), np.float32)
        self.action_space = spaces.Box(0, 1, (1,), np.float32)

    def _obs(self):
        return np.array([self.v / 40, self.x / 120, self.heat], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.v, self.x, self.heat = 0.0, 0.0, 0.0
        self.mass = self.np_random.uniform(0.8, 1.3)
        return self._obs(), {}

    def step(self, a):
        p = float(a[0])
        self.heat = 0.98 * self.heat + 0.02 * p
        self.v += (0.9 * p * (1 - 0.3 * self.heat) - 0.01 * self.v) / self.mass
        self.x += 0.05 * self.v
        done = self.x >= 120
        reward = -0.01 * p + (-abs(self.v - self.target) if done else 0.0)
        return self._obs(), reward, done, self.x < 1 and self.v < 0, {}


class RollbackCallback(BaseCallback):
    def __init__(self, path="best_launch", every=2000, drop=8.0):
        super().__init__()
        self.path = path
        self.every = every
        self.drop = drop
        self.best = -np.inf
        self.recent = collections.deque(maxlen=60)

    def _zero_states(self):
        old = self.model._last_lstm_states
        return RNNStates(tuple(th.zeros_like(s) for s in old.pi),
                         tuple(th.zeros_like(s) for s in old.vf))

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.recent.append(info["episode"]["r"])
        if self.n_calls % self.every or len(self.recent) < self.recent.maxlen:
            return True
        mean = float(np.mean(self.recent))
        self.logger.record("launch/recent", mean)
        if mean > self.best:
            self.best = mean
            self.model.save(self.path)
        elif mean < self.best - self.drop:
            self.model.set_parameters(self.path, device=self.model.device)
            self.model._last_lstm_states = self._zero_states()
            self.recent.clear()
            self.logger.record("launch/rollback", 1)
        return True


def main():
    venv = make_vec_env(lambda: gym.wrappers.TimeLimit(LaunchEnv(), 400), n_envs=8)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=256, batch_size=512, verbose=1,
                         policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True))
    model.learn(1_500_000, callback=RollbackCallback())
    model.save("launch_final")


if __name__ == "__main__":
    main()
