import argparse

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from guard import DrawdownGuard
from straddle_env import StraddleEnv

if __name__ == "__main__":
    p = argparse.ArgumentParser()
    p.add_argument("--steps", type=int, default=3_000_000)
    p.add_argument("--envs", type=int, default=8)
    p.add_argument("--seed", type=int, default=0)
    a = p.parse_args()
    venv = make_vec_env(StraddleEnv, n_envs=a.envs, seed=a.seed)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=256,
        batch_size=256,
        learning_rate=2e-4,
        gamma=0.98,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True),
        seed=a.seed,
        verbose=1,
    )
    model.learn(a.steps, callback=DrawdownGuard("straddle_best.zip"))
    model.save("straddle_last.zip")
