from __future__ import annotations

from typing import Any

import gymnasium as gym
import numpy as np
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.utils import FloatSchedule
from stable_baselines3.common.vec_env import DummyVecEnv, VecMonitor

from .hyper import Hyper
from .masking import HideVelocity


def make_vec(env_id: str, n: int, seed: int) -> VecMonitor:
    def one(rank):
        def thunk():
            env = HideVelocity(gym.make(env_id))
            env.reset(seed=seed + rank)
            return env

        return thunk

    return VecMonitor(DummyVecEnv([one(i) for i in range(n)]))


class Member:
    def __init__(self, index: int, cfg: Any, hyper: Hyper):
        self.index = index
        self.cfg = cfg
        self.hyper = hyper
        self.score = -np.inf
        self.parent = index
        self.eval_env = make_vec(cfg.env_id, 1, 10_000 + index)
        self.model = RecurrentPPO(
            "MlpLstmPolicy",
            make_vec(cfg.env_id, cfg.n_envs, 100 * index),
            n_steps=128,
            learning_rate=hyper.learning_rate,
            ent_coef=hyper.ent_coef,
            clip_range=hyper.clip_range,
            seed=index,
            verbose=0,
        )

    def train(self, steps: int) -> None:
        self.model.learn(steps, reset_num_timesteps=False, progress_bar=False)

    def evaluate(self, episodes: int = 10) -> float:
        self.score, _ = evaluate_policy(self.model, self.eval_env, n_eval_episodes=episodes)
        return self.score

    def adopt(self, other: Member, rng: np.random.Generator) -> None:
        self.model.set_parameters(other.model.get_parameters(), exact_match=True)
        self.parent = other.index
        self._apply(other.hyper.explore(rng))

    def _apply(self, hyper: Hyper) -> None:
        self.hyper = hyper
        self.model.learning_rate = hyper.learning_rate
        self.model.lr_schedule = FloatSchedule(hyper.learning_rate)
        self.model.ent_coef = hyper.ent_coef
        self.model.clip_range = FloatSchedule(hyper.clip_range)
