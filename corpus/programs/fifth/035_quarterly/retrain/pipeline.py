from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from .tasks import Inventory

log = logging.getLogger(__name__)


class Retrainer:
    def __init__(self, home: Path, n_envs: int = 8):
        self.home = home
        self.home.mkdir(parents=True, exist_ok=True)
        self.n_envs = n_envs
        self.model = RecurrentPPO(
            "MlpLstmPolicy",
            self._envs(0.0),
            n_steps=180,
            batch_size=240,
            learning_rate=3e-4,
            policy_kwargs={"lstm_hidden_size": 64, "n_lstm_layers": 1},
        )
        self.champion: Path | None = None
        self.best = float("-inf")

    def _envs(self, trend: float):
        return make_vec_env(partial(Inventory, trend=trend), n_envs=self.n_envs)

    def score(self, trend: float) -> float:
        mean, _ = evaluate_policy(self.model, make_vec_env(partial(Inventory, trend=trend), n_envs=4), n_eval_episodes=20)
        return float(mean)

    def _keep(self, name: str, score: float) -> None:
        if score > self.best:
            self.best = score
            self.champion = self.home / f"{name}.zip"
            self.model.save(self.champion)

    def quarter(self, name: str, trend: float, steps: int) -> float:
        """A new market: continue the step count, but in its own environments."""
        if self.champion is not None:
            self.model.set_parameters(str(self.champion))
        self.model.set_env(self._envs(trend))
        self.model.learn(steps, reset_num_timesteps=False, tb_log_name=name)
        score = self.score(trend)
        log.info("%s: %.2f", name, score)
        self._keep(name, score)
        return score

    def second_try(self, name: str, trend: float, steps: int) -> float:
        """Same market once more from the champion, counted from zero."""
        assert self.champion is not None
        self.model.set_parameters(str(self.champion), exact_match=True)
        self.model.learn(total_timesteps=steps, log_interval=10)
        score = self.score(trend)
        log.info("%s, second try: %.2f", name, score)
        self._keep(f"{name}_b", score)
        return score
