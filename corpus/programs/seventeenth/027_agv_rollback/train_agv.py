import copy
from collections import deque

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.env_util import make_vec_env

import agv_gym  # noqa: F401


class BestKeeper(BaseCallback):
    """Return to the best policy if deliveries per shift drop too far."""

    def __init__(self, window=80, tolerance=0.25, patience=6, verbose=0):
        super().__init__(verbose)
        self.deliveries = deque(maxlen=window)
        self.tolerance = tolerance
        self.patience = patience
        self.bad = 0
        self.best = -np.inf
        self.saved = None

    def _on_step(self):
        for info in self.locals["infos"]:
            if "episode" in info:
                self.deliveries.append(info["deliveries"])
        return True

    def _on_rollout_start(self):
        if len(self.deliveries) < self.deliveries.maxlen:
            return
        score = float(np.mean(self.deliveries))
        self.logger.record("agv/deliveries", score)
        if score >= self.best:
            self.best, self.bad = score, 0
            self.saved = copy.deepcopy(self.model.get_parameters())
            return
        self.bad += score < (1 - self.tolerance) * self.best
        if self.bad >= self.patience:
            self.model.set_parameters(self.saved)
            self.model._last_episode_starts = np.ones((self.training_env.num_envs,), dtype=bool)
            self.bad = 0
            self.deliveries.clear()
            if self.verbose:
                print(f"{self.num_timesteps}: back to {self.best:.1f} deliveries")


def shift_report(model, n_shifts=5):
    env = gym.make("AGVFloor-v1", layout="two_aisles", fleet=6)
    out = []
    for k in range(n_shifts):
        obs, _ = env.reset(seed=900 + k)
        lstm, first = None, np.array([True])
        over = False
        while not over:
            a, lstm = model.predict(obs, state=lstm, episode_start=first, deterministic=True)
            obs, _, term, trunc, info = env.step(a)
            over = term or trunc
            first = np.array([over])
        out.append(info["deliveries"])
    env.close()
    return out


if __name__ == "__main__":
    venv = make_vec_env("AGVFloor-v1", n_envs=8, seed=0, env_kwargs=dict(layout="two_aisles", fleet=6))
    model = RecurrentPPO("MlpLstmPolicy", venv, n_steps=200, batch_size=400, gamma=0.99,
                         learning_rate=lambda left: 3e-4 * left, verbose=1)
    model.learn(4_000_000, callback=BestKeeper(verbose=1))
    model.save("agv_two_aisles")
    print("deliveries:", shift_report(model))
