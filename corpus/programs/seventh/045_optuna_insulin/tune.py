"""Hyperparameter search for the insulin controller (RecurrentPPO + Optuna).

Every trial is trained in short legs with an evaluation after each of them. The trial's model file
holds the parameters of its best leg.
"""
import argparse
from pathlib import Path

import optuna
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from glucose_env import GlucoseEnv

LEGS = 15
LEG_STEPS = 20_000
PATIENCE = 4


def sample_params(trial: optuna.Trial) -> dict:
    n_steps = trial.suggest_categorical("n_steps", [144, 288, 576])
    hidden = trial.suggest_categorical("lstm_hidden_size", [32, 64, 128])
    return {
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 3e-3, log=True),
        "ent_coef": trial.suggest_float("ent_coef", 1e-6, 1e-2, log=True),
        "gae_lambda": trial.suggest_float("gae_lambda", 0.8, 0.99),
        "gamma": 1.0 - trial.suggest_float("one_minus_gamma", 1e-3, 5e-2, log=True),
        "n_steps": n_steps,
        "batch_size": n_steps,
        "policy_kwargs": {"lstm_hidden_size": hidden},
    }


class Objective:
    def __init__(self, out: Path, n_envs: int):
        self.out = out
        self.n_envs = n_envs

    def __call__(self, trial: optuna.Trial) -> float:
        env = make_vec_env(GlucoseEnv, n_envs=self.n_envs, seed=trial.number)
        eval_env = make_vec_env(GlucoseEnv, n_envs=4, seed=12345)
        model = RecurrentPPO("MlpLstmPolicy", env, seed=trial.number, **sample_params(trial))

        best_reward = float("-inf")
        best_params = None
        legs_without_gain = 0
        try:
            for leg in range(LEGS):
                model.learn(LEG_STEPS, reset_num_timesteps=(leg == 0))
                reward, _ = evaluate_policy(model, eval_env, n_eval_episodes=20)
                trial.report(reward, leg)

                if reward > best_reward:
                    best_reward = reward
                    best_params = model.get_parameters()
                    legs_without_gain = 0
                else:
                    legs_without_gain += 1

                if trial.should_prune():
                    raise optuna.TrialPruned()
                if legs_without_gain >= PATIENCE:
                    break
            model.set_parameters(best_params)
            model.save(self.out / f"trial_{trial.number:04d}")
        finally:
            env.close()
            eval_env.close()
        return best_reward


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--n-envs", type=int, default=8)
    parser.add_argument("--out", type=Path, default=Path("trials"))
    parser.add_argument("--storage", default=None)
    args = parser.parse_args()
    args.out.mkdir(parents=True, exist_ok=True)

    study = optuna.create_study(
        study_name="insulin",
        storage=args.storage,
        load_if_exists=True,
        direction="maximize",
        sampler=TPESampler(n_startup_trials=10),
        pruner=MedianPruner(n_startup_trials=10, n_warmup_steps=4),
    )
    study.optimize(Objective(args.out, args.n_envs), n_trials=args.trials)

    print("best trial", study.best_trial.number, "reward", study.best_value)
    for key, value in study.best_params.items():
        print(f"  {key}: {value}")
    winner = RecurrentPPO.load(args.out / f"trial_{study.best_trial.number:04d}")
    mean, std = evaluate_policy(winner, make_vec_env(GlucoseEnv, n_envs=4, seed=999), n_eval_episodes=100)
    print(f"test: {mean:.1f} +- {std:.1f}")


if __name__ == "__main__":
    main()
