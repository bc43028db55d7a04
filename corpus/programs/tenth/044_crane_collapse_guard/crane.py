from __future__ import annotations

import copy
from collections import deque
from dataclasses import dataclass

import gymnasium as gym
import numpy as np
import torch as th
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import BaseCallback
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv


@dataclass
class Config:
    envs: int = 6
    steps: int = 1_500_000
    rollout: int = 128
    hidden: int = 128
    drop: float = 15.0
    keep: int = 50


class Crane(gym.Env):
    """Harbour crane on a rail; the swing of the load is measured, its speed is not."""

    def __init__(self, limit: int = 250):
        self.limit = limit
        self.action_space = gym.spaces.Box(-1.0, 1.0, (1,), np.float32)
        self.observation_space = gym.spaces.Box(-np.inf, np.inf, (3,), np.float32)

    def _see(self) -> np.ndarray:
        return np.array([self.x, self.goal, self.th], np.float32)

    def reset(self, *, seed=None, options=None):
        super().reset(seed=seed)
        self.x, self.v, self.th, self.om, self.k = 0.0, 0.0, 0.0, 0.0, 0
        self.goal = float(self.np_random.uniform(-2, 2))
        return self._see(), {}

    def step(self, action):
        a = float(np.clip(action[0], -1, 1))
        dt = 0.05
        self.v = 0.98 * self.v + dt * a * 4
        self.x += dt * self.v
        self.om += dt * (-9.8 * np.sin(self.th) - 2 * a - 0.1 * self.om)
        self.th += dt * self.om
        self.k += 1
        reward = -abs(self.x - self.goal) * 0.1 - 0.1 * abs(self.th)
        fell = abs(self.th) > 1.3
        return self._see(), reward - 10.0 * fell, bool(fell), self.k >= self.limit, {}


class KeepBest(BaseCallback):
    def __init__(self, cfg: Config):
        super().__init__()
        self.returns: deque = deque(maxlen=cfg.keep)
        self.drop = cfg.drop
        self.best = -np.inf
        self.weights: dict | None = None

    def _on_step(self) -> bool:
        for info in self.locals["infos"]:
            if "episode" in info:
                self.returns.append(info["episode"]["r"])
        return True

    def _on_rollout_start(self) -> None:
        if len(self.returns) < self.returns.maxlen:
            return
        now = float(np.mean(self.returns))
        if now > self.best:
            self.best = now
            self.weights = copy.deepcopy(self.model.policy.state_dict())
        elif now < self.best - self.drop:
            self.model.policy.load_state_dict(self.weights)
            self.model._last_episode_starts = np.ones(self.training_env.num_envs, dtype=bool)
            self.returns.clear()
            self.logger.record("keep_best/restored_at", self.num_timesteps)


def build(cfg: Config) -> RecurrentPPO:
    envs = DummyVecEnv([lambda: Monitor(Crane()) for _ in range(cfg.envs)])
    return RecurrentPPO(
        "MlpLstmPolicy", envs, n_steps=cfg.rollout, batch_size=cfg.rollout * 2,
        learning_rate=lambda left: 3e-4 * left, ent_coef=0.001, verbose=1,
        policy_kwargs={"lstm_hidden_size": cfg.hidden, "activation_fn": th.nn.Tanh})


if __name__ == "__main__":
    config = Config()
    algo = build(config)
    algo.learn(config.steps, callback=KeepBest(config), log_interval=10)
    algo.save("runs/crane_final")
