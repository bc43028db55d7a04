import optuna
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.evaluation import evaluate_policy

from abr_env import AbrEnv

BASE = "models/abr_base"

train_env = make_vec_env(AbrEnv, n_envs=8)
test_env = make_vec_env(AbrEnv, n_envs=1, seed=999)


def pretrain():
    agent = RecurrentPPO("MlpLstmPolicy", train_env, n_steps=128, batch_size=128,
                         policy_kwargs=dict(lstm_hidden_size=64))
    agent.learn(200_000)
    agent.save(BASE)
    return agent


agent = pretrain()


def objective(trial):
    # fine tune the pretrained agent with other hyperparameters
    agent.load(BASE)
    agent.learning_rate = trial.suggest_float("lr", 1e-5, 1e-3, log=True)
    agent._setup_lr_schedule()
    agent.ent_coef = trial.suggest_float("ent_coef", 1e-5, 0.05, log=True)
    agent.gamma = agent.rollout_buffer.gamma = trial.suggest_float("gamma", 0.9, 0.999)
    agent.n_epochs = trial.suggest_int("n_epochs", 3, 15)
    agent.vf_coef = trial.suggest_float("vf_coef", 0.2, 1.0)

    for k in range(4):
        agent.learn(25_000)
        score, std = evaluate_policy(agent, test_env, n_eval_episodes=20)
        trial.report(score, k)
        if trial.should_prune():
            raise optuna.TrialPruned()
    trial.set_user_attr("std", float(std))
    agent.save(f"models/abr_trial_{trial.number}")
    return score


if __name__ == "__main__":
    study = optuna.create_study(direction="maximize", pruner=optuna.pruners.MedianPruner(n_warmup_steps=1))
    study.optimize(objective, n_trials=80)
    print(study.best_params, study.best_value)
    study.trials_dataframe().to_csv("abr_study.csv")
