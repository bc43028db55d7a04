from pathlib import Path

from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env
from stable_baselines3.common.monitor import Monitor
from stable_baselines3.common.vec_env import SubprocVecEnv

from callbacks import SafetyNet
from slope import Slope

RUN = Path("runs/avalanche")

if __name__ == "__main__":
    env = make_vec_env(Slope, n_envs=6, seed=7, vec_env_cls=SubprocVecEnv)
    model = RecurrentPPO(
        "MlpLstmPolicy",
        env,
        n_steps=240,
        batch_size=360,
        gae_lambda=0.95,
        gamma=0.98,
        learning_rate=3e-4,
        policy_kwargs=dict(lstm_hidden_size=48, n_lstm_layers=1),
        seed=7,
        verbose=1,
    )
    model.learn(total_timesteps=800_000, callback=SafetyNet(Monitor(Slope()), RUN))
    model.save(RUN / "final")
