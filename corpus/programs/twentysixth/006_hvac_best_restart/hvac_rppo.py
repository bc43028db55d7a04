#!/usr/bin/env python3
"""RecurrentPPO on a two-floor office building with warm restarts from the best model."""
import argparse
from pathlib import Path

import gymnasium as gym
import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from sb3_contrib.common.recurrent.type_aliases import RNNStates
from stable_baselines3.common.callbacks import BaseCallback, CallbackList, EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor


class TwoFloors(gym.Env):
    def __init__(self, step_min: int = 30):
        self.step_min = step_min
        self.per_day = 24 * 60 // step_min
        self.observation_space = gym.spaces.Box(-5, 5, (6,), np.float32)
        self.action_space = gym.spaces.MultiDiscrete([4, 4])

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.k = 0
        self.mean_out = self.np_random.uniform(-5, 15)
        self.temp = self.np_random.uniform(17, 22, 2)
        self.co2 = np.full(2, 450.0)
        return self._obs(), {}

    def _hour(self):
        return (self.k % self.per_day) * self.step_min / 60

    def _obs(self):
        o = [*(self.temp - 21) / 5, *(self.co2 - 800) / 400, self._hour() / 12 - 1, float(self._busy())]
        return np.clip(np.array(o, np.float32), -5, 5)

    def _busy(self):
        return 8 <= self._hour() < 18

    def step(self, action):
        heat = np.asarray(action) / 3
        out = self.mean_out + 5 * np.sin((self._hour() - 9) / 24 * 2 * np.pi)
        self.temp += 1.5 * heat - 0.05 * (self.temp - out) + 0.3 * self._busy()
        self.co2 += 120 * self._busy() * self.np_random.random(2) - 0.15 * (self.co2 - 420)
        cold = np.clip(20.5 - self.temp, 0, None) + np.clip(self.temp - 24, 0, None)
        reward = -0.4 * heat.sum() - (cold.sum() if self._busy() else 0.1 * cold.sum())
        self.k += 1
        return self._obs(), float(reward), False, self.k >= 7 * self.per_day, {}


class WarmRestart(BaseCallback):
    """Every `every` rollouts continue from the best evaluated model."""

    def __init__(self, best_zip: Path, every: int):
        super().__init__()
        self.best_zip = best_zip
        self.every = every
        self.rollouts = 0

    def _on_rollout_start(self) -> None:
        self.rollouts += 1
        if self.rollouts % self.every or not self.best_zip.exists():
            return
        self.model.set_parameters(str(self.best_zip), device=self.model.device)
        old = self.model._last_lstm_states
        self.model._last_lstm_states = RNNStates(
            tuple(th.zeros_like(t) for t in old.pi),
            tuple(th.zeros_like(t) for t in old.vf),
        )

    def _on_step(self) -> bool:
        return True


def parse():
    p = argparse.ArgumentParser()
    p.add_argument("--out", type=Path, default=Path("runs/two_floors"))
    p.add_argument("--steps", type=int, default=2_000_000)
    p.add_argument("--envs", type=int, default=6)
    p.add_argument("--restart-every", type=int, default=40)
    return p.parse_args()


def main():
    args = parse()
    args.out.mkdir(parents=True, exist_ok=True)
    venv = make_vec_env(TwoFloors, n_envs=args.envs)
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=336, batch_size=336, gamma=0.99, verbose=1)
    evaluator = EvalCallback(Monitor(TwoFloors()), eval_freq=336 * 5, n_eval_episodes=8,
                             best_model_save_path=str(args.out))
    restart = WarmRestart(args.out / "best_model.zip", args.restart_every)
    model.learn(args.steps, callback=CallbackList([evaluator, restart]))
    model.save(args.out / "last")


if __name__ == "__main__":
    main()
