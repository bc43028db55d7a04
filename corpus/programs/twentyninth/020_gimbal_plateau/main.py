from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.callbacks import CallbackList, EvalCallback
from stable_baselines3.common.env_util import make_vec_env

from callbacks import ReturnToBest
from gimbal import GimbalEnv

FOLDER = Path("runs/gimbal")


def main():
    FOLDER.mkdir(parents=True, exist_ok=True)
    train_env = make_vec_env(GimbalEnv, n_envs=16, seed=1)
    eval_env = make_vec_env(GimbalEnv, n_envs=4, seed=10_001)
    evaluation = EvalCallback(
        eval_env,
        best_model_save_path=str(FOLDER),
        log_path=str(FOLDER),
        eval_freq=2_000,
        n_eval_episodes=24,
        deterministic=True,
    )
    model = RecurrentPPO(
        "MlpLstmPolicy",
        train_env,
        n_steps=200,
        batch_size=400,
        learning_rate=4e-4,
        ent_coef=0.001,
        policy_kwargs={"lstm_hidden_size": 48, "net_arch": dict(pi=[32], vf=[32])},
        tensorboard_log=str(FOLDER / "tb"),
    )
    model.learn(4_000_000, callback=CallbackList([evaluation, ReturnToBest(evaluation, FOLDER)]))
    model.save(FOLDER / "last_model")


if __name__ == "__main__":
    main()
