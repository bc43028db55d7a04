"""Random/TPE search for the fine-tuning settings of a live-stream bitrate controller."""
from __future__ import annotations

import argparse
import json
from pathlib import Path

import numpy as np
import optuna
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import DummyVecEnv, VecEnv

from livestream import LiveStream


class Tuner:
    def __init__(self, base: Path, n_envs: int, budget: int):
        self.base = base
        self.budget = budget
        self.venv: VecEnv = DummyVecEnv([lambda: Monitor(LiveStream()) for _ in range(n_envs)])
        self.model = RecurrentPPO.load(base, env=self.venv, device="cpu")

    def score(self, episodes: int = 15) -> float:
        env = LiveStream()
        totals = []
        for seed in range(episodes):
            obs, _ = env.reset(seed=10_000 + seed)
            state, first, total, over = None, np.array([True]), 0.0, False
            while not over:
                action, state = self.model.predict(obs, state=state, episode_start=first, deterministic=True)
                first = np.array([False])
                obs, reward, term, trunc, _ = env.step(action)
                total += reward
                over = term or trunc
            totals.append(total)
        return float(np.mean(totals))

    def __call__(self, trial: optuna.Trial) -> float:
        self.model.set_parameters(str(self.base), device="cpu")
        self.model.learning_rate = trial.suggest_float("lr", 3e-6, 1e-3, log=True)
        self.model._setup_lr_schedule()
        self.model.ent_coef = trial.suggest_float("ent", 1e-6, 0.03, log=True)
        self.model.n_epochs = trial.suggest_int("epochs", 2, 12)
        self.model.max_grad_norm = trial.suggest_float("grad", 0.3, 2.0)
        self.model.learn(self.budget)
        return self.score()


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("base", type=Path)
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--envs", type=int, default=8)
    parser.add_argument("--budget", type=int, default=80_000)
    parser.add_argument("--db", default="sqlite:///livestream.db")
    parser.add_argument("--out", type=Path, default=Path("best_settings.json"))
    args = parser.parse_args()

    tuner = Tuner(args.base, args.envs, args.budget)
    print("untuned:", tuner.score())
    study = optuna.create_study(
        study_name="livestream", storage=args.db, load_if_exists=True, direction="maximize"
    )
    study.optimize(tuner, n_trials=args.trials)
    args.out.write_text(json.dumps(study.best_params, indent=2))
    print("best:", study.best_value, study.best_params)


if __name__ == "__main__":
    main()
