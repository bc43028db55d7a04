from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.vec_env import SubprocVecEnv

from callbacks import CollapseGuard
from turbine import TurbineEnv

OUT = Path("out")

if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    venv = make_vec_env(TurbineEnv, n_envs=8, seed=3, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        venv,
        n_steps=128,
        batch_size=256,
        learning_rate=1e-3,
        n_epochs=8,
        policy_kwargs=dict(lstm_hidden_size=64, enable_critic_lstm=True),
        verbose=1,
    )
    model.learn(2_000_000, callback=CollapseGuard(OUT / "kept.zip", verbose=1))
    model.save(OUT / "final.zip")
