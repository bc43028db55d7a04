"""Hyper-parameter search for the bakery with Optuna and RecurrentPPO."""
import argparse
import os

import optuna
from optuna.pruners import MedianPruner
from optuna.samplers import TPESampler
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import EvalCallback
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from bakery_env import BakeryEnv

N_ENVS = 4
TIMESTEPS = 150_000
LOG_DIR = "optuna_logs"


class TrialEvalCallback(EvalCallback):
    """EvalCallback that reports to Optuna and stops pruned trials."""

    def __init__(self, eval_env, trial, **kwargs):
        super().__init__(eval_env, verbose=0, **kwargs)
        self.trial = trial
        self.eval_idx = 0
        self.is_pruned = False

    def _on_step(self) -> bool:
        if self.eval_freq > 0 and self.n_calls % self.eval_freq == 0:
            super()._on_step()
            self.eval_idx += 1
            self.trial.report(self.last_mean_reward, self.eval_idx)
            if self.trial.should_prune():
                self.is_pruned = True
                return False
        return True


def sample_params(trial):
    n_steps = 2 ** trial.suggest_int("log2_n_steps", 5, 9)
    return {
        "n_steps": n_steps,
        "batch_size": N_ENVS * n_steps // 2,
        "gamma": 1.0 - trial.suggest_float("one_minus_gamma", 1e-3, 0.1, log=True),
        "learning_rate": trial.suggest_float("learning_rate", 1e-5, 3e-3, log=True),
        "ent_coef": trial.suggest_float("ent_coef", 1e-6, 0.05, log=True),
        "policy_kwargs": {
            "lstm_hidden_size": trial.suggest_categorical("lstm_hidden_size", [32, 64, 128]),
            "enable_critic_lstm": True,
        },
    }


def objective(trial):
    params = sample_params(trial)
    trial_dir = os.path.join(LOG_DIR, f"trial_{trial.number}")
    train_env = make_vec_env(BakeryEnv, n_envs=N_ENVS, seed=trial.number)
    eval_env = make_vec_env(BakeryEnv, n_envs=2, seed=10_000)
    test_env = make_vec_env(BakeryEnv, n_envs=2, seed=20_000)

    model = RecurrentPPO("MlpLstmPolicy", train_env, verbose=0, **params)
    callback = TrialEvalCallback(
        eval_env,
        trial,
        n_eval_episodes=8,
        eval_freq=5_000,
        best_model_save_path=trial_dir,
    )
    try:
        model.learn(TIMESTEPS, callback=callback)
    except (AssertionError, ValueError) as error:
        print(f"trial {trial.number} failed: {error}")
        raise optuna.exceptions.TrialPruned() from error
    finally:
        train_env.close()

    if callback.is_pruned:
        raise optuna.exceptions.TrialPruned()

    # score of the trial = best model of the run on unseen demand patterns
    model.load(os.path.join(trial_dir, "best_model"))
    mean_reward, std_reward = evaluate_policy(model, test_env, n_eval_episodes=20)
    trial.set_user_attr("std_reward", float(std_reward))
    eval_env.close()
    test_env.close()
    return mean_reward


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--trials", type=int, default=60)
    parser.add_argument("--storage", default="sqlite:///bakery.db")
    args = parser.parse_args()

    study = optuna.create_study(
        study_name="bakery",
        storage=args.storage,
        load_if_exists=True,
        direction="maximize",
        sampler=TPESampler(n_startup_trials=10),
        pruner=MedianPruner(n_startup_trials=10, n_warmup_steps=5),
    )
    study.optimize(objective, n_trials=args.trials)
    print("best value:", study.best_value)
    for key, value in study.best_params.items():
        print(f"  {key}: {value}")


if __name__ == "__main__":
    main()
