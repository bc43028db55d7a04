import pandas as pd
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.env_util import make_vec_env

from env import EthTradingEnv

df = pd.read_csv("eth_usdt_15m.csv")
split = int(len(df) * 0.8)

venv = make_vec_env(lambda: EthTradingEnv(df["close"].values[:split]), n_envs=8)
model = RecurrentPPO(
    "MlpLstmPolicy",
    venv,
    n_steps=250,
    batch_size=250,
    learning_rate=1e-4,
    ent_coef=0.005,
    policy_kwargs=dict(lstm_hidden_size=64),
    tensorboard_log="tb",
    verbose=1,
)
model.learn(total_timesteps=2_000_000)
model.save("eth_lstm")
